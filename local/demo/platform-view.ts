import { until } from './patient-client.js';

/** What the twin saw of us, read from its inspection interface: for the tale and its last check only. */
export interface PlatformView {
  /** When the first list request after an instant was answered. */
  readonly listedAfter: (instant: string) => Promise<string>;
  /** How many contracts bear the same label as this one: one, whatever was killed on the way. */
  readonly contractsLike: (platformId: string) => Promise<number>;
}

export function createPlatformView(control: string): PlatformView {
  const read = async <T>(path: string) => (await (await fetch(control + path)).json()) as T;
  return {
    listedAfter: (instant) =>
      until('a list request', async () => {
        const query = `request=contractListRequest&status=200&from=${encodeURIComponent(instant)}`;
        const { requests } = await read<{ requests: { at: string }[] }>(`/control/requests?${query}`);
        return requests[0]?.at ?? null;
      }),
    contractsLike: (platformId) =>
      until('the list of the twin', async () => {
        const { label } = await read<{ label: string }>(
          `/control/contracts/${encodeURIComponent(platformId)}`,
        );
        const query = `label=${encodeURIComponent(label)}`;
        return (await read<{ count: number }>(`/control/contracts?${query}`)).count;
      }),
  };
}
