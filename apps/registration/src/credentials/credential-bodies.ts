import { instantField } from '#libs/api';
import { apnsFields, fcmFields, type StoredCredential } from '#libs/access';
import { PROVIDERS, isoTime, type ProviderName } from '#libs/kernel';
import { bundleIdProblem } from '#libs/registry-http';
import { z } from 'zod';

const bundleIds = z
  .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/, 'A bundle id or package name'))
  .min(1)
  .max(50)
  .exactOptional()
  .meta({
    description: 'Bundle ids (APNs topics) or package names; the first is an installation’s default. At first [app.<app>]',
    example: ['com.example.shop'],
  });
const expiresAt = instantField.nullable().exactOptional().meta({
  description: 'When the key ends, at the provider or by a rule of your own; null or absent: it does not. You are warned 30 days before',
});
const real = { bundleIds, expiresAt, simulated: z.literal(false).exactOptional() };

export const simulatedBody = z.strictObject({ simulated: z.literal(true), bundleIds });
export const apnsBody = z.strictObject({ ...apnsFields.shape, ...real });
export const fcmBody = z.strictObject({ ...fcmFields.shape, ...real });

export type CredentialBody = z.output<typeof simulatedBody> | z.output<typeof apnsBody> | z.output<typeof fcmBody>;

/** The providers that this version sends to, and what a credential of theirs is. */
const bodies: Partial<Record<ProviderName, typeof apnsBody | typeof fcmBody>> = { apns: apnsBody, fcm: fcmBody };

/** Undefined for a provider that is not built. A body that says `simulated` is read as such, so that its problems are the right ones. */
export function bodyOf(provider: ProviderName, body: unknown): z.ZodType<CredentialBody> | undefined {
  const isSimulated = typeof body === 'object' && body !== null && 'simulated' in body && body.simulated === true;
  const schema = bodies[provider] && (isSimulated ? simulatedBody : bodies[provider]);
  return schema?.superRefine(({ bundleIds: ids }, context) => {
    checkBundleIds(provider, ids, context);
  });
}

function checkBundleIds(provider: ProviderName, ids: readonly string[] | undefined, context: z.RefinementCtx): void {
  for (const [index, id] of (ids ?? []).entries()) {
    const message = bundleIdProblem(provider, id);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['bundleIds', index], message });
  }
}

export const providerName = z.enum(PROVIDERS);

export const credentialAnswer = z
  .object({
    provider: providerName,
    simulated: z.boolean(),
    bundleIds: z.array(z.string()),
    fingerprint: z.string().nullable().meta({ description: 'Names the secret without showing it; null when simulated' }),
    expiresAt: z.iso.datetime().nullable().meta({ description: 'When the key ends, as it was said; null when nobody has' }),
    updatedAt: z.iso.datetime(),
    revision: z.int(),
  })
  .meta({ id: 'Credential' });

export function credentialAnswerOf(stored: StoredCredential) {
  const { provider, simulated, bundleIds: ids, fingerprint = null, expiresAt: ends, updatedAt, revision } = stored;
  const at = ends === undefined ? null : isoTime(ends);
  return { provider, simulated, bundleIds: ids, fingerprint, expiresAt: at, updatedAt: isoTime(updatedAt), revision };
}

export const credentialExample = {
  provider: 'apns',
  simulated: false,
  bundleIds: ['com.example.shop'],
  fingerprint: '9f86d081884c7d659a2feaa0c55ad015',
  expiresAt: null,
  updatedAt: '2026-01-01T00:00:00.000Z',
  revision: 1,
};

export const bodyExamples = {
  simulated: { simulated: true },
  apns: {
    teamId: 'DEF123GHIJ',
    keyId: 'ABC123DEFG',
    privateKey: '-----BEGIN PRIVATE KEY-----\n(the text of your AuthKey_ABC123DEFG.p8)\n-----END PRIVATE KEY-----\n',
    bundleIds: ['com.example.shop'],
  },
  fcm: {
    serviceAccount: {
      project_id: 'example-shop',
      private_key_id: '4f1d…',
      private_key: '-----BEGIN PRIVATE KEY-----\n(as in the file from the Firebase console)\n-----END PRIVATE KEY-----\n',
      client_email: 'firebase-adminsdk@example-shop.iam.gserviceaccount.com',
    },
    bundleIds: ['com.example.shop'],
  },
};
