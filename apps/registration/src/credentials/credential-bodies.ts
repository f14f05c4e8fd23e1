import { instantField } from '#libs/api';
import { PROVIDER_CREDENTIALS, expiryStage, wayOf, type StoredCredential } from '#libs/access';
import { BUILT_PROVIDERS, PROVIDERS, isBuilt, isoTime, type ProviderName } from '#libs/kernel';
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

const simulatedBody = z.strictObject({ simulated: z.literal(true), bundleIds });

/** Read: what all credentials have, and their provider's own fields. */
export type CredentialBody =
  | z.output<typeof simulatedBody>
  | ({ bundleIds?: string[]; simulated?: false; expiresAt?: number | null } & Readonly<Record<string, unknown>>);

/** Everything that a PUT may be, for the API's documentation. */
export const anyCredentialBody = z.union([
  simulatedBody,
  ...BUILT_PROVIDERS.flatMap((provider) => PROVIDER_CREDENTIALS[provider].ways.map(withCommon)),
]);

/** Undefined for a provider that is not built. A body that says `simulated` is read as such, so that its problems are the right ones. */
export function bodyOf(provider: ProviderName, body: unknown): z.ZodType<CredentialBody> | undefined {
  const isSimulated = typeof body === 'object' && body !== null && 'simulated' in body && body.simulated === true;
  if (!isBuilt(provider)) return undefined;
  const schema: z.ZodType<CredentialBody> = isSimulated ? simulatedBody : withCommon(wayOf(PROVIDER_CREDENTIALS[provider], body));
  return schema.superRefine(({ bundleIds: ids }, context) => {
    checkBundleIds(provider, ids, context);
  });
}

function withCommon(way: z.ZodObject) {
  return z.strictObject({ ...way.shape, ...real });
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
    endsWithinDays: z
      .int()
      .nullable()
      .meta({ description: '30, 14, 7 or 1 as the end comes nearer, 0 once it is over; null while there is time' }),
    updatedAt: z.iso.datetime(),
    revision: z.int(),
    previous: z
      .object({ revision: z.int(), simulated: z.boolean(), fingerprint: z.string().nullable(), updatedAt: z.iso.datetime() })
      .nullable()
      .meta({ description: 'What `POST …/rollback` goes back to; null where nothing was set before' }),
  })
  .meta({ id: 'Credential' });

export const checkAnswer = z
  .object({
    verdict: z
      .enum(['accepted', 'refused', 'unclear'])
      .meta({ description: '`unclear`: the provider could not be asked, or was in no state to say' }),
    findings: z.array(
      z.object({
        level: z.enum(['error', 'warning']),
        reason: z.string().meta({ description: 'The provider’s own word, or one of ours in snake_case' }),
        message: z.string().meta({ description: 'What is wrong, in plain words' }),
        remedy: z.string().meta({ description: 'What to do' }),
        bundleId: z.string().exactOptional().meta({ description: 'Whom it is about; absent: all' }),
        environment: z.string().exactOptional(),
      }),
    ),
  })
  .meta({ id: 'CredentialCheck' });

export const checkExample: z.output<typeof checkAnswer> = {
  verdict: 'refused',
  findings: [
    {
      level: 'error',
      reason: 'TopicDisallowed',
      message: 'Apple does not let this key or certificate push to the bundle id.',
      remedy: 'Compare `bundleIds` with the app’s identifier in the developer account, letter by letter.',
      bundleId: 'com.example.shop',
      environment: 'production',
    },
  ],
};

export const credentialSetAnswer = credentialAnswer
  .extend({ check: checkAnswer.nullable().meta({ description: 'What the provider says of it; null where it was not asked' }) })
  .meta({ id: 'CredentialSet' });

/** `?check=false` stores without asking the provider. */
export const setQuery = z.strictObject({ check: z.enum(['true', 'false']).default('true') });

export function credentialAnswerOf(stored: StoredCredential, now: number) {
  const { provider, simulated, bundleIds: ids, fingerprint = null, expiresAt: ends, updatedAt, revision, previous } = stored;
  const at = ends === undefined ? null : isoTime(ends);
  const before = previous && {
    ...{ revision: previous.revision, simulated: previous.simulated, fingerprint: previous.fingerprint ?? null },
    updatedAt: isoTime(previous.updatedAt),
  };
  return {
    provider,
    simulated,
    bundleIds: ids,
    fingerprint,
    expiresAt: at,
    endsWithinDays: expiryStage(ends, now),
    updatedAt: isoTime(updatedAt),
    revision,
    previous: before ?? null,
  };
}

export const credentialExample = {
  provider: 'apns',
  simulated: false,
  bundleIds: ['com.example.shop'],
  fingerprint: '9f86d081884c7d659a2feaa0c55ad015',
  expiresAt: null,
  endsWithinDays: null,
  updatedAt: '2026-01-01T00:00:00.000Z',
  revision: 1,
  previous: null,
};

export const bodyExamples = {
  simulated: { simulated: true },
  ...Object.fromEntries(
    BUILT_PROVIDERS.map((provider) => [provider, { ...PROVIDER_CREDENTIALS[provider].example, bundleIds: ['com.example.shop'] }]),
  ),
};
