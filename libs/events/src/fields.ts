import { LANES, PROVIDERS } from '#libs/kernel';
import { z } from 'zod';

/** Fields that events of several kinds carry, each with the words docs/events.md shows. */
export const appField = z.string().meta({ description: 'The app.' });
export const sendIdField = z.string().meta({ description: 'The send.' });
export const batchIdField = z.string().meta({ description: 'The batch: send, slice, page (six digits) and place, joined by colons.' });
export const attemptIdField = z
  .string()
  .meta({ description: 'The attempt: the batch and `:1`, a retry its parent and the index of its due time there, such as `…:1.0`.' });
export const installationIdField = z.string().min(1).max(256).meta({ description: 'The installation.' });
export const providerField = z.enum(PROVIDERS).meta({ description: 'The provider.' });
export const laneField = z.enum(LANES).meta({ description: 'The lane the batch travels in.' });
export const providerNameField = z.string().meta({ description: 'The provider.' });
export const fingerprintField = z.string().meta({ description: 'A keyed hash of the push token; the token itself is in no event.' });
