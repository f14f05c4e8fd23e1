import { parseInstant } from '#libs/kernel';
import { z } from 'zod';

/** A date as every call takes it: RFC 3339 with an offset, and one that the calendar has. It stays the text that the caller wrote. */
export const instantText = z
  .string()
  .refine(
    (text) => parseInstant(text) !== undefined,
    'must be a time such as 2026-01-31T12:00:00Z: a day that its month has, an offset or Z, a year of 1 to 9999',
  )
  .meta({ format: 'date-time' });

/** The same, as milliseconds since 1970. */
export const instantField = instantText.transform((text) => parseInstant(text) ?? NaN);
