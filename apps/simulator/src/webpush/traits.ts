import { createECDH, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { objectOf, textOf, textsOf, type JsonObject } from '../devices/delivery.ts';
import type { ProviderTraits, WaitingMessage } from '../traits/provider-traits.ts';
import { simulatedEndpoint, simulatedSubscription } from './simulated-subscription.ts';
import { isRefusal } from './vendors.ts';

const key = z.string().regex(/^[\w-]{80,100}$/, 'A public key of VAPID: 65 bytes as base64url');
const keptKeys = z.object({ publicKey: z.string(), privateKey: z.string(), subject: z.string() });
/** A push service asks nobody whose key it is: a further one has nothing to be told but its name. */
const askedKey = z.strictObject({ publicKey: key });

const maxWaiting = 100;

export const webPushTraits: ProviderTraits<z.output<typeof keptKeys>, z.output<typeof askedKey>, z.output<typeof askedKey>> = {
  accounts: {
    kept: keptKeys,
    make: () => {
      const keys = createECDH('prime256v1');
      const publicKey = keys.generateKeys('base64url');
      const privateKey = keys.getPrivateKey('base64url');
      return Promise.resolve({ publicKey, privateKey, subject: 'mailto:push@simulated.example.com' });
    },
    asked: askedKey,
    askedOf: ({ publicKey }) => ({ publicKey }),
    known: (account) => [account.publicKey, account],
  },
  phones: {
    platforms: ['web'],
    newToken: () => {
      const token = simulatedSubscription(simulatedEndpoint(randomBytes(24).toString('base64url')));
      return { token, text: token.endpoint };
    },
    // A browser is known by its endpoint, whoever names the whole subscription.
    tokenKey: endpointOf,
    contentOf,
    keep,
  },
  hasAnswer: isRefusal,
};

function endpointOf(token: string): string {
  if (!token.startsWith('{')) return token;
  try {
    return textOf(objectOf(JSON.parse(token))['endpoint']) ?? token;
  } catch {
    return token;
  }
}

function contentOf({ notification, data, carillon }: JsonObject) {
  const { title, body } = objectOf(notification);
  return { title: textOf(title) ?? null, body: textOf(body) ?? null, data: textsOf(objectOf(data)), carillon };
}

/** A message takes the place of the one with its topic; of the others the newest are kept. */
function keep(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[] {
  const topic = next.arrival.collapseId;
  const others = topic === null ? waiting : waiting.filter(({ arrival }) => arrival.collapseId !== topic);
  return [...others, next].slice(-maxWaiting);
}
