/** Kinds of requests in the order in which an overloaded api gives them up; signing and codes last: a person waits. */
export const LOAD_CLASSES = ['export', 'read', 'write', 'trigger', 'sign'] as const;

export type LoadClass = (typeof LOAD_CLASSES)[number];
