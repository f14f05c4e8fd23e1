import { isApnsCertificate, readApnsCertificate, type ApnsCertificate } from '#libs/access';
import { createPublicKey, generateKeyPair, randomBytes, X509Certificate, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { accountText, publicKeyText } from '../accounts/account-fields.ts';
import { objectOf, textOf, textsOf, type JsonObject } from '../devices/delivery.ts';
import type { ProviderTraits } from '../traits/provider-traits.ts';
import { isApnsReason } from './answers.ts';

const keptKey = z.object({ teamId: z.string(), keyId: z.string(), privateKey: z.string(), publicKey: z.string() });

/** A signing key that Apple would know. */
const askedKey = z.strictObject({
  teamId: accountText,
  keyId: accountText,
  publicKey: publicKeyText,
  /** Where the key is good; everywhere unless said, like keys made before 2025. */
  environment: z.enum(['production', 'sandbox']).optional(),
  /** The bundle ids the key may push to; all of its team's unless said. */
  bundleIds: z.array(accountText).max(400).optional(),
});

/** A certificate of Apple's, PEM, without its key; topics and environments are what it says. */
const askedCertificate = z.strictObject({ certificate: z.string().max(32_768).refine(isApnsCertificate, 'Not a certificate in PEM') });

export type KnownApnsKey = Omit<z.output<typeof askedKey>, 'publicKey'> & { readonly publicKey: KeyObject };
export type KnownApnsCertificate = ApnsCertificate & { readonly fingerprint: string };

/** Read as what it means to be, so that its problems are the right ones. */
const askedAccount = z.looseObject({}).transform((given, context) => {
  const read = ('certificate' in given ? askedCertificate : askedKey).safeParse(given);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

export const apnsTraits: ProviderTraits<z.output<typeof keptKey>, z.output<typeof askedAccount>, KnownApnsKey | KnownApnsCertificate> = {
  accounts: {
    kept: keptKey,
    make: makeKey,
    asked: askedAccount,
    askedOf: ({ teamId, keyId, publicKey }) => ({ teamId, keyId, publicKey }),
    known,
  },
  phones: {
    platforms: ['ios', 'ipados', 'macos', 'tvos', 'watchos', 'visionos'],
    newToken: () => {
      const token = randomBytes(32).toString('hex');
      return { token, text: token };
    },
    // Tokens are hexadecimal, so their case does not matter.
    tokenKey: (token) => (/^[0-9a-fA-F]+$/.test(token) ? token.toLowerCase() : token),
    contentOf,
    keep: (_waiting, next) => [next],
  },
  hasAnswer: isApnsReason,
};

function known(asked: z.output<typeof askedAccount>): readonly [string, KnownApnsKey | KnownApnsCertificate] {
  if ('certificate' in asked) {
    const { fingerprint256: fingerprint } = new X509Certificate(asked.certificate);
    return [fingerprint, { ...readApnsCertificate(asked.certificate), fingerprint }];
  }
  const { publicKey, ...key } = asked;
  return [key.keyId, { ...key, publicKey: createPublicKey(publicKey) }];
}

async function makeKey(): Promise<z.output<typeof keptKey>> {
  const encoding = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
  const keys = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256', ...encoding });
  return { teamId: tenCharacters('T'), keyId: tenCharacters('K'), ...keys };
}

/** Apple's team and key ids are ten capitals and digits. */
function tenCharacters(first: string): string {
  return first + randomBytes(5).toString('hex').toUpperCase().slice(0, 9);
}

function contentOf({ aps, carillon, ...data }: JsonObject) {
  const alert = objectOf(aps)['alert'];
  const parts = objectOf(alert);
  return { title: textOf(parts['title']) ?? null, body: textOf(alert) ?? textOf(parts['body']) ?? null, data: textsOf(data), carillon };
}
