import { z } from 'zod';

// PostgreSQL refuses NUL, JSON of others refuses lone surrogates; no other control character has a use in a name.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// eslint-disable-next-line no-control-regex
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const LONE_SURROGATE = /\p{Surrogate}/u;

/** One line of text, not blank, of up to `max` characters. */
export function line(max: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !LONE_SURROGATE.test(text) && !CONTROL.test(text), 'has a control character')
    .refine((text) => text.trim() !== '', 'is blank');
}

/** Text that may have several lines or be empty. */
export function lines(max: number): z.ZodString {
  return z
    .string()
    .max(max)
    .refine((text) => !LONE_SURROGATE.test(text) && !CONTROL_BUT_LINES.test(text), 'has a control character');
}
