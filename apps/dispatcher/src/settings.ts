import { whole } from '#libs/service';
import { z } from 'zod';
import { endpointSettings } from './providers/endpoint-settings.ts';
import { providerSettings, retryBaseSettings } from './providers/provider-plugs.ts';

export const dispatcherSettings = z.object({
  ...providerSettings(),
  ...retryBaseSettings(),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
  DISPATCH_TRANSPORT: z.enum(['own', 'library']).default('own').meta({
    description:
      'What messages go over: our own transport, or `library`: for APNs and FCM the packages @parse/node-apn and firebase-admin, to compare with. Much slower.',
  }),
  DISPATCH_WINDOW: whole(1, 500).default(500).meta({
    description: 'Messages sent under one stored intention: at most so many are in doubt when the process ends in the middle.',
  }),
  PROVIDER_IN_FLIGHT: whole(100, 100_000).default(1_500).meta({
    description: 'Messages of one app and provider in hand at the same time; a quarter is kept free for the transactional lane.',
  }),
  ATTEMPT_LEASE: whole(1_000, 300_000).default(10_000).meta({
    description:
      'How long a worker that says nothing keeps a batch, in milliseconds; then another takes it over. One that works says so three times as often.',
  }),
  OWNER_READ_MAX_AGE: whole(100, 10_000).default(1_000).meta({
    description: 'How old the reading of an owner may be when a message reaches the socket, in milliseconds.',
  }),
  RETRY_ATTEMPTS: whole(1, 16).default(6).meta({ description: 'Attempts at one message; the last outcome is final.' }),
  RETRY_BASE_NETWORK: whole(1, 3_600_000).default(1_000).meta({
    description:
      'First wait after a fault of the network, in milliseconds; waits double, with jitter. Simulated credentials wait 1 s whatever the fault.',
  }),
  RETRY_BASE_THROTTLED: whole(1, 3_600_000).default(60_000).meta({
    description: 'First wait after a provider throttled without naming a delay, in milliseconds.',
  }),
  RETRY_BASE_CREDENTIALS: whole(1, 3_600_000).default(30_000).meta({
    description: 'First wait of a message whose credential was refused, and the time between probes of such a credential, in milliseconds.',
  }),
});

export type DispatcherSettings = z.output<typeof dispatcherSettings>;
