export interface EndpointSlots {
  /** A slot for one attempt, to be given back by calling it; null when all of this endpoint's are taken. */
  tryTake(endpointId: string): (() => void) | null;
}

/** Limits how many attempts to one endpoint this process makes at once, so that a slow one cannot hold them all. */
export function createEndpointSlots({ perEndpoint }: { perEndpoint: number }): EndpointSlots {
  const taken = new Map<string, number>();
  return {
    tryTake(endpointId) {
      const count = taken.get(endpointId) ?? 0;
      if (count >= perEndpoint) return null;
      taken.set(endpointId, count + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (taken.get(endpointId) ?? 1) - 1;
        if (left > 0) taken.set(endpointId, left);
        else taken.delete(endpointId);
      };
    },
  };
}
