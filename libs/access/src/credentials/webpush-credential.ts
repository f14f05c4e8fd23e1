import { createECDH } from 'node:crypto';
import { z } from 'zod';
import type { CredentialForm } from './credential-form.ts';

const base64Url = /^[A-Za-z0-9_-]+={0,2}$/;
const publicKeyBytes = 65;
const privateKeyBytes = 32;
const mail = /^[^\s@:]+@([^\s@]+)$/;

const publicKey = z
  .string()
  .max(100)
  .refine((text) => bytesOf(text)?.length === publicKeyBytes && bytesOf(text)?.[0] === 4, 'A P-256 public key: 65 bytes as base64url')
  .transform((text) => text.replace(/=+$/, ''));
const privateKey = z
  .string()
  .max(60)
  .refine((text) => bytesOf(text)?.length === privateKeyBytes, 'A P-256 private key: 32 bytes as base64url')
  .meta({ writeOnly: true });

/** A pair of VAPID keys (RFC 8292), as `web-push generate-vapid-keys` and its like print them, and whom a push service may turn to. */
export const webPushFields = z.strictObject({
  publicKey,
  privateKey,
  subject: z
    .string()
    .max(256)
    .refine(isContact, 'A mailto: address or an https: URL of a host on the Internet; push services refuse others')
    .meta({ description: 'Whom a push service may turn to: mailto: or https:' }),
  previousKeys: z
    .array(z.strictObject({ publicKey, privateKey }))
    .max(5)
    .optional()
    .meta({ description: 'Pairs that subscriptions were made with before this one: each goes on with its own' }),
});

export const webPushCredential: CredentialForm = {
  ways: [webPushFields],
  prepare: (fields) => {
    const { previousKeys = [], ...current } = webPushFields.parse(fields);
    const message = 'Is not the private half of publicKey';
    if (!isPair(current)) return { fault: { field: 'privateKey', message } };
    return previousKeys.every(isPair) ? { fields } : { fault: { field: 'previousKeys', message } };
  },
  secretOf: (fields) => webPushFields.parse(fields).privateKey,
  example: {
    publicKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    privateKey: '(43 characters of base64url)',
    subject: 'mailto:push@example.com',
  },
};

function bytesOf(text: string): Buffer | undefined {
  return base64Url.test(text) ? Buffer.from(text, 'base64url') : undefined;
}

function isPair(pair: { readonly publicKey: string; readonly privateKey: string }): boolean {
  try {
    const keys = createECDH('prime256v1');
    keys.setPrivateKey(Buffer.from(pair.privateKey, 'base64url'));
    return keys.getPublicKey('base64url') === pair.publicKey;
  } catch {
    return false;
  }
}

/** Apple refuses a subject without an address, and one of this host. */
function isContact(subject: string): boolean {
  if (subject.startsWith('mailto:')) return isInternetHost(mail.exec(subject.slice('mailto:'.length))?.[1]);
  const url = URL.parse(subject);
  return url?.protocol === 'https:' && isInternetHost(url.hostname);
}

function isInternetHost(host: string | undefined): boolean {
  return host !== undefined && /\.[a-z][a-z0-9-]*$/i.test(host) && !/(?:^|\.)(?:localhost|local|internal|test|invalid)$/i.test(host);
}
