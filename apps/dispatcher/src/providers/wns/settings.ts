import { z } from 'zod';
import { endpointSettings } from '../endpoint-settings.ts';

const url = z.url({ protocol: /^https$/ });

/** Overrides for tests and proxies; simulated credentials bring their own endpoints. */
export const wnsSettings = z.object({
  WNS_HOST: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Host that stands for all hosts of WNS; the one that each channel names unless set.' }),
  WNS_PORT: endpointSettings.port.meta({ description: 'Port of WNS.' }),
  WNS_CA: endpointSettings.ca.meta({
    description: 'PEM of the authority that signed the certificates of WNS and of its token endpoints; the system’s unless set.',
  }),
  WNS_TOKEN_URL: url.default('https://login.live.com/accesstoken.srf').meta({
    description: 'Where access tokens are had for credentials with a package SID.',
  }),
  WNS_ENTRA_URL: url.default('https://login.microsoftonline.com').meta({
    description: 'Where access tokens are had for credentials of Microsoft Entra ID, without the tenant.',
  }),
  WNS_MAX_CONNECTIONS: endpointSettings
    .maxConnections(50)
    .meta({ description: 'Connections of a process per credential and host of WNS, of one request at a time each.' }),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
});

export type WnsSettings = z.output<typeof wnsSettings>;
