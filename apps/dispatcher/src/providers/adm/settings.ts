import { z } from 'zod';
import { endpointSettings } from '../endpoint-settings.ts';

/** Overrides for tests and proxies; simulated credentials bring their own endpoints. */
export const admSettings = z.object({
  ADM_HOST: z.string().min(1).default('api.amazon.com').meta({ description: 'Host of Amazon Device Messaging.' }),
  ADM_PORT: endpointSettings.port.meta({ description: 'Port of Amazon Device Messaging.' }),
  ADM_CA: endpointSettings.ca.meta({
    description: 'PEM of the authority that signed the certificates of ADM and of its token endpoint; the system’s unless set.',
  }),
  ADM_TOKEN_URL: z
    .url({ protocol: /^https$/ })
    .default('https://api.amazon.com/auth/O2/token')
    .meta({ description: 'Where access tokens are had (Login with Amazon).' }),
  ADM_MAX_CONNECTIONS: endpointSettings
    .maxConnections(50)
    .meta({ description: 'Connections of a process per security profile, of one request at a time each.' }),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
});

export type AdmSettings = z.output<typeof admSettings>;
