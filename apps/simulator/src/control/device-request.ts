import { z } from 'zod';
import { behaviourOf } from '../faults/behaviour.ts';
import { SIMULATED_PLATFORMS } from '../devices/register-device.ts';

/** The body of `POST /devices`. */
export const deviceRequest = z.strictObject({
  app: z.string().min(1).max(128),
  platform: z.enum(SIMULATED_PLATFORMS),
  externalId: z.string().min(1).max(128).optional(),
  /** APNs: the topic; the first of the app's credential unless said. */
  bundleId: z.string().min(1).max(255).optional(),
  environment: z.enum(['production', 'sandbox']).optional(),
  behaviour: z
    .string()
    .default('ok')
    .refine((text) => behaviourOf(text) !== undefined, 'No such behaviour; see the README of the simulator'),
});
