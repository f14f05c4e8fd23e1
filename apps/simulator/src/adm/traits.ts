import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { accountText } from '../accounts/account-fields.ts';
import { objectOf, parsed, textOf, textsOf, type JsonObject } from '../devices/delivery.ts';
import type { ProviderTraits, WaitingMessage } from '../traits/provider-traits.ts';
import { ADM_ANSWERS } from './answers.ts';

const keptProfile = z.object({ clientId: z.string(), clientSecret: z.string() });

/** A security profile of an app. */
const askedProfile = z.strictObject({ clientId: accountText, clientSecret: accountText });

export type KnownAdmProfile = z.output<typeof askedProfile>;

export const admTraits: ProviderTraits<z.output<typeof keptProfile>, KnownAdmProfile, KnownAdmProfile> = {
  accounts: {
    kept: keptProfile,
    make: async () => ({
      clientId: `amzn1.application-oa2-client.${randomBytes(16).toString('hex')}`,
      clientSecret: randomBytes(32).toString('hex'),
    }),
    asked: askedProfile,
    askedOf: (kept) => kept,
    known: (asked) => [asked.clientId, asked],
  },
  phones: {
    platforms: ['fireos', 'kindle'],
    newToken: () => {
      const token = `amzn1.adm-registration.v3.${randomBytes(120).toString('base64url')}`;
      return { token, text: token };
    },
    contentOf,
    keep,
  },
  hasAnswer: (name) => ADM_ANSWERS.includes(name),
};

function contentOf(message: JsonObject) {
  const notification = objectOf(message['notification']);
  const { carillon, ...data } = objectOf(message['data']);
  return {
    title: textOf(notification['title']) ?? null,
    body: textOf(notification['body']) ?? null,
    data: textsOf(data),
    carillon: parsed(textOf(carillon)),
  };
}

const maxWaiting = 100;

/** The newest of each consolidation key. How many ADM keeps is not promised. */
function keep(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[] {
  const { collapseId } = next.arrival;
  const others = waiting.filter(({ arrival }) => collapseId === null || arrival.collapseId !== collapseId);
  return [...others, next].slice(-maxWaiting);
}
