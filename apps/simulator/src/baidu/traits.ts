import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { accountText } from '../accounts/account-fields.ts';
import { objectOf, parsed, textOf, textsOf, type JsonObject } from '../devices/delivery.ts';
import type { ProviderTraits, WaitingMessage } from '../traits/provider-traits.ts';
import { BAIDU_ANSWERS } from './answers.ts';

/** An app at Baidu Push. */
const account = z.strictObject({ apiKey: accountText, secretKey: accountText });
export type BaiduApp = z.output<typeof account>;

const maxWaiting = 100;

export const baiduTraits: ProviderTraits<BaiduApp, BaiduApp, BaiduApp> = {
  accounts: {
    kept: account,
    make: () => Promise.resolve({ apiKey: randomBytes(12).toString('hex'), secretKey: randomBytes(16).toString('hex') }),
    asked: account,
    askedOf: (kept) => kept,
    known: (asked) => [asked.apiKey, asked],
  },
  phones: {
    platforms: ['android'],
    newToken: () => {
      const token = `${randomInt(1e9, 9e9)}${String(randomInt(1e9)).padStart(9, '0')}`;
      return { token, text: token };
    },
    contentOf,
    keep,
  },
  hasAnswer: (name) => BAIDU_ANSWERS.includes(name),
};

/** Of Android it is text within `custom_content`, of Apple devices an object beside `aps`. */
export function ourPartOf(msg: JsonObject): unknown {
  return parsed(textOf(objectOf(msg['custom_content'])['carillon'])) ?? msg['carillon'];
}

function contentOf(msg: JsonObject) {
  const { aps, carillon: _, ...beside } = msg;
  const alert = objectOf(aps)['alert'];
  const { carillon: __, ...content } = objectOf(msg['custom_content']);
  return {
    title: textOf(msg['title']) ?? textOf(objectOf(alert)['title']) ?? null,
    body: textOf(msg['description']) ?? textOf(alert) ?? textOf(objectOf(alert)['body']) ?? null,
    data: textsOf(aps === undefined ? content : beside),
    carillon: ourPartOf(msg),
  };
}

/** Nothing replaces anything; how many Baidu keeps is not said: here the newest hundred. */
function keep(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[] {
  return [...waiting, next].slice(-maxWaiting);
}
