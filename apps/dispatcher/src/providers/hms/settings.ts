import { z } from 'zod';
import { endpointSettings } from '../endpoint-settings.ts';

/** Huawei has hosts for other regions too, such as `push-api-dre.cloud.huawei.com`; simulated credentials bring their own endpoints. */
export const hmsSettings = z.object({
  HMS_HOST: z.string().min(1).default('push-api.cloud.huawei.com').meta({ description: 'Host of Huawei Push Kit.' }),
  HMS_PORT: endpointSettings.port.meta({ description: 'Port of Huawei Push Kit.' }),
  HMS_CA: endpointSettings.ca.meta({
    description: 'PEM of the authority that signed the certificates of Huawei Push Kit and of its token endpoint; the system’s unless set.',
  }),
  HMS_TOKEN_URL: z
    .url({ protocol: /^https$/ })
    .default('https://oauth-login.cloud.huawei.com/oauth2/v3/token')
    .meta({ description: 'Where access tokens for Huawei Push Kit are had.' }),
  HMS_MAX_CONNECTIONS: endpointSettings
    .maxConnections(100)
    .meta({ description: 'Connections of a process per app at Huawei, of one request at a time each.' }),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
});

export type HmsSettings = z.output<typeof hmsSettings>;
