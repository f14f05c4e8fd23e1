import { z } from 'zod';

/** Identity needs no settings of its own. */
export const identitySettings = z.object({});
