import { z } from 'zod';

/**
 * A JSON object with any members, of at most so many characters of JSON. What the parser let through is JSON, so its members are not
 * looked at one by one: that would cost more than all the rest of a send.
 */
export function jsonObject(longest: number) {
  return z
    .custom<Record<string, unknown>>(isObject, 'Must be an object')
    .refine((object) => JSON.stringify(object).length <= longest, `Must be at most ${longest} characters of JSON`)
    .meta({ type: 'object', additionalProperties: true });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
