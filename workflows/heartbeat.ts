/**
 * A worker that was killed is missed after this time, where the activity may be done again without harm; its process
 * beats for it (worker/heartbeats.ts). Where it may not (a creation, a code that is used up), the whole time of the
 * activity passes first: no beat proves that a request is not on its way any more.
 */
export const heartbeatTimeout = '30 seconds';
