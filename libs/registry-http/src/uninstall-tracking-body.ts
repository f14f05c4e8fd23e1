import { z } from 'zod';
import { isTimeZone } from './fields.ts';

/** Whether, and when, silent probes look for uninstalled apps. */
export const uninstallTrackingBody = z
  .strictObject({
    enabled: z.boolean(),
    hour: z.int().min(0).max(23).meta({ description: 'Probes are spread over this hour of the day.' }),
    timeZone: z.string().max(64).refine(isTimeZone, 'Must be a zone of the IANA database, such as Europe/Paris'),
  })
  .meta({
    id: 'UninstallTracking',
    description:
      'A silent push each night to installations with a push token that nothing was heard from and nothing was sent to for 24 hours, never to browsers: providers then tell which apps are gone. Off at first',
    examples: [{ enabled: true, hour: 3, timeZone: 'Europe/Paris' }],
  });
