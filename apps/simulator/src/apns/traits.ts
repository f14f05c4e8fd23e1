import { generateKeyPair, randomBytes, createPublicKey, type KeyObject } from 'node:crypto';
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

export type KnownApnsKey = Omit<z.output<typeof askedKey>, 'publicKey'> & { readonly publicKey: KeyObject };

export const apnsTraits: ProviderTraits<z.output<typeof keptKey>, z.output<typeof askedKey>, KnownApnsKey> = {
  accounts: {
    kept: keptKey,
    make: makeKey,
    asked: askedKey,
    askedOf: ({ teamId, keyId, publicKey }) => ({ teamId, keyId, publicKey }),
    known: ({ publicKey, ...key }) => [key.keyId, { ...key, publicKey: createPublicKey(publicKey) }],
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
