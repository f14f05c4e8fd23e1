import { z } from 'zod';

/** A whole number from `least` to `most`. */
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => z.coerce.number().int().min(least).max(most);

/** A TCP port to listen on; 0 takes a free one. */
export const port = whole(0, 65_535);

/** How long something is kept, in days; a fraction of one is enough for a test. */
export const days = z.coerce.number().min(0.0001).max(3_650);

/** `true` or `false`, and nothing that merely looks like it. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
