import { createPublicKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { accountText, publicKeyText } from '../accounts/account-fields.ts';
import { objectOf, parsed, textOf, textsOf, type JsonObject } from '../devices/delivery.ts';
import type { ProviderTraits, WaitingMessage } from '../traits/provider-traits.ts';
import { FCM_ANSWERS } from './fault-answers.ts';

/** Reads like Google's key file. */
const keptAccount = z.object({
  type: z.literal('service_account'),
  project_id: z.string(),
  private_key_id: z.string(),
  private_key: z.string(),
  client_email: z.string(),
  public_key: z.string(),
});

/** A Google service account of one project. */
const askedAccount = z.strictObject({
  projectId: accountText,
  clientEmail: accountText,
  privateKeyId: accountText,
  publicKey: publicKeyText,
});

export type KnownServiceAccount = Omit<z.output<typeof askedAccount>, 'publicKey'> & { readonly publicKey: KeyObject };

export const fcmTraits: ProviderTraits<z.output<typeof keptAccount>, z.output<typeof askedAccount>, KnownServiceAccount> = {
  accounts: {
    kept: keptAccount,
    make: makeAccount,
    asked: askedAccount,
    askedOf: ({ project_id, client_email, private_key_id, public_key }) => ({
      ...{ projectId: project_id, clientEmail: client_email, privateKeyId: private_key_id, publicKey: public_key },
    }),
    known: ({ publicKey, ...account }) => [account.clientEmail, { ...account, publicKey: createPublicKey(publicKey) }],
  },
  phones: {
    platforms: ['android', 'web'],
    newToken: () => {
      const token = `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}`;
      return { token, text: token };
    },
    contentOf,
    keep,
  },
  hasAnswer: (name) => FCM_ANSWERS.includes(name),
};

async function makeAccount(): Promise<z.output<typeof keptAccount>> {
  const encoding = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
  const keys = await promisify(generateKeyPair)('rsa', { modulusLength: 2048, ...encoding });
  const project = `carillon-sim-${randomBytes(3).toString('hex')}`;
  return {
    type: 'service_account',
    project_id: project,
    private_key_id: randomBytes(20).toString('hex'),
    private_key: keys.privateKey,
    client_email: `carillon@${project}.iam.gserviceaccount.com`,
    public_key: keys.publicKey,
  };
}

/** `platform` decides which part of a message counts. */
function contentOf(message: JsonObject, platform: string | undefined) {
  const special = objectOf(message[platform === 'web' ? 'webpush' : 'android']);
  const notification = { ...objectOf(message['notification']), ...objectOf(special['notification']) };
  const { carillon, ...data } = { ...objectOf(message['data']), ...objectOf(special['data']) };
  return {
    title: textOf(notification['title']) ?? null,
    body: textOf(notification['body']) ?? null,
    data: textsOf(data),
    carillon: parsed(textOf(carillon)),
  };
}

const maxCollapseKeys = 4;
const maxOthers = 100;

/**
 * One message for each of 4 collapse keys (which ones is not promised: here the newest) and up to 100 others, all of which are dropped with the 101st
 * (firebase.google.com, "Message lifespan").
 */
function keep(waiting: readonly WaitingMessage[], next: WaitingMessage): readonly WaitingMessage[] {
  const key = next.arrival.collapseId;
  const keyed = waiting.filter(({ arrival }) => arrival.collapseId !== null);
  if (key === null) return waiting.length - keyed.length >= maxOthers ? keyed : [...waiting, next];
  const others = waiting.filter(({ arrival }) => arrival.collapseId !== key);
  const otherKeys = others.filter(({ arrival }) => arrival.collapseId !== null);
  const surplus = otherKeys.length >= maxCollapseKeys ? otherKeys[0] : undefined;
  return [...others.filter((message) => message !== surplus), next];
}
