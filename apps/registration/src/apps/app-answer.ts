import { SDK_AUTH, type App } from '#libs/access';
import { isoTime } from '#libs/kernel';
import { frequencyCapsBody, quietHoursBody, uninstallTrackingBody } from '#libs/registry-http';
import { z } from 'zod';

export const appAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    sdkAuth: z.enum(SDK_AUTH),
    sdkKeys: z.array(z.object({ kid: z.string(), publicKey: z.string() })),
    settings: z.object({
      sdkWritable: z.array(z.string()),
      onUserChange: z.enum(['clear', 'keep']),
      mergeCustomAttributes: z.boolean(),
      optInWhenAuthorized: z.boolean(),
      optInOverridesUnsubscribe: z.boolean(),
      maxTags: z.int(),
      allowedOrigins: z.array(z.string()),
      quietHours: quietHoursBody.nullable(),
      frequencyCaps: frequencyCapsBody,
      uninstallTracking: uninstallTrackingBody,
    }),
    simulatedOnly: z.boolean().meta({ description: 'Takes simulated credentials only' }),
    createdAt: z.iso.datetime(),
    revision: z.int(),
  })
  .meta({ id: 'App' });

export function appAnswerOf({ createdAt, deletedAt: _deletedAt, ...app }: App) {
  return { ...app, createdAt: isoTime(createdAt) };
}

export const appExample = {
  id: 'shop',
  name: 'Shop',
  sdkAuth: 'required',
  sdkKeys: [
    {
      kid: '2026-1',
      publicKey:
        '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9\nq9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==\n-----END PUBLIC KEY-----\n',
    },
  ],
  settings: {
    sdkWritable: ['installation.tags:pref_*', 'installation.attributes', 'user.subscription'],
    onUserChange: 'clear',
    mergeCustomAttributes: false,
    optInWhenAuthorized: true,
    optInOverridesUnsubscribe: false,
    maxTags: 60,
    allowedOrigins: ['https://shop.example'],
    quietHours: { from: '22:00', to: '08:00', then: 'hold' },
    frequencyCaps: [{ label: '*', max: 3, per: 'P7D', by: 'user' }],
    uninstallTracking: { enabled: true, hour: 3, timeZone: 'Europe/Paris' },
  },
  simulatedOnly: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  revision: 1,
};
