import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { accountText } from '../accounts/account-fields.ts';
import type { ProviderTraits, WaitingMessage } from '../traits/provider-traits.ts';
import { WNS_ANSWERS } from './answers.ts';
import { contentOf } from './notification.ts';

const keptApp = z.object({ packageSid: z.string(), clientSecret: z.string() });

/** An app of the Store, or one of Entra ID. */
const askedApp = z.union([
  z.strictObject({ packageSid: accountText, clientSecret: accountText }),
  z.strictObject({ tenantId: accountText, clientId: accountText, clientSecret: accountText }),
]);

export interface KnownWnsAccount {
  /** Of a package its SID, with ms-app://; in small letters. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of Entra ID only. */
  readonly tenantId?: string;
}

export const wnsTraits: ProviderTraits<z.output<typeof keptApp>, z.output<typeof askedApp>, KnownWnsAccount> = {
  accounts: {
    kept: keptApp,
    make: async () => ({ packageSid: newPackageSid(), clientSecret: randomBytes(24).toString('base64url') }),
    asked: askedApp,
    askedOf: (kept) => kept,
    known: (asked) => {
      const { clientSecret } = asked;
      if ('packageSid' in asked) return [asked.packageSid.toLowerCase(), { clientId: asked.packageSid.toLowerCase(), clientSecret }];
      const clientId = asked.clientId.toLowerCase();
      return [clientId, { clientId, clientSecret, tenantId: asked.tenantId }];
    },
  },
  phones: {
    platforms: ['windows'],
    newToken: () => {
      const token = `https://db5p.notify.windows.com/?token=${encodeURIComponent(`AwYAAA${randomBytes(90).toString('base64')}`)}`;
      return { token, text: token };
    },
    // As requests name it: the host in small letters, a path that is never empty.
    tokenKey: (token) => URL.parse(token)?.href ?? token,
    contentOf,
    keep,
  },
  hasAnswer: (name) => WNS_ANSWERS.includes(name),
};

function newPackageSid(): string {
  return `ms-app://s-1-15-2-${Array.from({ length: 7 }, () => randomInt(1_000_000_000, 4_294_967_295)).join('-')}`;
}

/** One that shows something and one that does not. */
function keep(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[] {
  const isShown = ({ arrival }: WaitingMessage) => arrival.title !== null;
  return [...waiting.filter((message) => isShown(message) !== isShown(next)), next];
}
