import { z } from 'zod';

/** Part of every answer that an sdk key may get. */
export const ignoredFields = z
  .array(z.string())
  .optional()
  .meta({ description: 'For sdk keys: fields of the body that this server does not know.' });
