import { z } from 'zod';
import { endpointSettings } from '../endpoint-settings.ts';

/** Where browsers subscribe, their subscriptions say; simulated credentials lead to the simulator instead. */
export const webPushSettings = z.object({
  WEBPUSH_MAX_CONNECTIONS: endpointSettings
    .maxConnections(100)
    .meta({ description: 'Connections of a process per app and push service, each of one request at a time.' }),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
});

export type WebPushSettings = z.output<typeof webPushSettings>;
