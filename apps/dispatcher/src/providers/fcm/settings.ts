import { whole } from '#libs/service';
import { z } from 'zod';
import { endpointSettings } from '../endpoint-settings.ts';

/** Overrides for tests and proxies; simulated credentials bring their own endpoints. */
export const fcmSettings = z.object({
  FCM_HOST: z.string().min(1).default('fcm.googleapis.com').meta({ description: 'Host of FCM.' }),
  FCM_PORT: endpointSettings.port.meta({ description: 'Port of FCM.' }),
  FCM_CA: endpointSettings.ca.meta({
    description: 'PEM of the authority that signed the certificates of FCM and of its token endpoint; the system’s unless set.',
  }),
  FCM_TOKEN_URL: z
    .url({ protocol: /^https$/ })
    .default('https://oauth2.googleapis.com/token')
    .meta({ description: 'Where access tokens are had. What a service account names instead is not asked.' }),
  FCM_TOPICS_URL: z
    .url({ protocol: /^https$/ })
    .refine((url) => URL.canParse(url) && new URL(url).pathname === '/', 'Must be a host and a port, without a path')
    .default('https://iid.googleapis.com')
    .meta({
      description:
        'Where topics of FCM are subscribed to: host and port, whose certificate is expected. Requests say `iid.googleapis.com` there.',
    }),
  FCM_QUOTA_PER_MINUTE: whole(0, 100_000_000).default(600_000).meta({
    description:
      'Messages a minute that a project of FCM may send, all its apps and processes together: what Google allows unless it raised that. 0: no limit of ours.',
  }),
  FCM_MAX_CONNECTIONS: endpointSettings
    .maxConnections(20)
    .meta({ description: 'Connections of a process per service account, of 100 requests at once each.' }),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
});

export type FcmSettings = z.output<typeof fcmSettings>;
