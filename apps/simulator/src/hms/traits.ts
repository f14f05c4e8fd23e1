import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { accountText } from '../accounts/account-fields.ts';
import { objectOf, parsed, textOf, textsOf, type JsonObject } from '../devices/delivery.ts';
import type { ProviderTraits, WaitingMessage } from '../traits/provider-traits.ts';
import { HMS_ANSWERS } from './answers.ts';

/** An app at AppGallery Connect. */
const account = z.strictObject({ appId: accountText, clientSecret: accountText });
export type HmsApp = z.output<typeof account>;

export const hmsTraits: ProviderTraits<HmsApp, HmsApp, HmsApp> = {
  accounts: {
    kept: account,
    make: () => Promise.resolve({ appId: `10${randomInt(1e6, 1e7)}`, clientSecret: randomBytes(32).toString('hex') }),
    asked: account,
    askedOf: (kept) => kept,
    known: (asked) => [asked.appId, asked],
  },
  phones: {
    platforms: ['harmonyos', 'android'],
    newToken: () => {
      const token = `IQAAAACy0${randomBytes(72).toString('base64url')}`;
      return { token, text: token };
    },
    contentOf,
    keep,
  },
  hasAnswer: (name) => HMS_ANSWERS.includes(name),
};

/** The app's own names and values: JSON in a text. */
export function dataOf(message: JsonObject): JsonObject {
  return objectOf(parsed(textOf(message['data'])));
}

function contentOf(message: JsonObject) {
  const notification = { ...objectOf(message['notification']), ...objectOf(objectOf(message['android'])['notification']) };
  const { carillon, ...data } = dataOf(message);
  return {
    title: textOf(notification['title']) ?? null,
    body: textOf(notification['body']) ?? null,
    data: textsOf(data),
    carillon: parsed(textOf(carillon)),
  };
}

/** One message of each collapse group, and all others. */
function keep(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[] {
  const group = next.arrival.collapseId;
  return [...waiting.filter(({ arrival }) => group === null || arrival.collapseId !== group), next];
}
