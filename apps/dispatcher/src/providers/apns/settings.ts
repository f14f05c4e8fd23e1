import { whole } from '#libs/service';
import { z } from 'zod';
import { endpointSettings } from '../endpoint-settings.ts';

/** Overrides for tests, proxies and other ports of Apple's (2197); simulated credentials bring their own endpoints. */
export const apnsSettings = z.object({
  APNS_HOST: z.string().min(1).default('api.push.apple.com').meta({ description: 'Host of APNs, production.' }),
  APNS_SANDBOX_HOST: z.string().min(1).default('api.sandbox.push.apple.com').meta({ description: 'Host of APNs, sandbox.' }),
  APNS_PORT: endpointSettings.port.meta({ description: 'Port of both; Apple offers 2197 too, for firewalls.' }),
  APNS_CA: endpointSettings.ca.meta({ description: 'PEM of the authority that signed the certificate of APNs; the system’s unless set.' }),
  APNS_CHANNELS_HOST: z
    .string()
    .min(1)
    .default('api-manage-broadcast.push.apple.com')
    .meta({ description: 'Host where broadcast channels are made, listed and deleted, production.' }),
  APNS_CHANNELS_PORT: whole(1, 65_535).default(2_196).meta({ description: 'Its port.' }),
  APNS_CHANNELS_SANDBOX_HOST: z
    .string()
    .min(1)
    .default('api-manage-broadcast.sandbox.push.apple.com')
    .meta({ description: 'Host where broadcast channels are made, listed and deleted, sandbox.' }),
  APNS_CHANNELS_SANDBOX_PORT: whole(1, 65_535).default(2_195).meta({ description: 'Its port.' }),
  APNS_MAX_CONNECTIONS: endpointSettings
    .maxConnections(10)
    .meta({ description: 'Connections of a process per credential and environment.' }),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
});

export type ApnsSettings = z.output<typeof apnsSettings>;
