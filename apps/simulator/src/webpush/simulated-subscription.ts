import { createECDH, createHash, type ECDH } from 'node:crypto';

/** A subscription as `PushSubscription.toJSON()` gives it. */
export interface SimulatedSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** What the browser keeps to itself. */
export interface BrowserKeys {
  readonly keys: ECDH;
  readonly auth: Buffer;
}

/** The keys of the simulated browser at an endpoint: they follow from it, so that nobody has to remember them. They open nothing but simulations. */
export function browserKeys(endpoint: string): BrowserKeys {
  const keys = createECDH('prime256v1');
  keys.setPrivateKey(hashOf('private key', endpoint)); // one in 4 billion is too large, and throws
  return { keys, auth: hashOf('auth', endpoint).subarray(0, 16) };
}

export function simulatedSubscription(endpoint: string): SimulatedSubscription {
  const { keys, auth } = browserKeys(endpoint);
  return { endpoint, keys: { p256dh: keys.getPublicKey('base64url'), auth: auth.toString('base64url') } };
}

/** An endpoint in the form of some vendor's; which one follows from the id, too. `id`: base64url, 16 characters or more. */
export function simulatedEndpoint(id: string): string {
  const forms = [
    `https://fcm.googleapis.com/fcm/send/${id}`,
    `https://updates.push.services.mozilla.com/wpush/v2/${id}`,
    `https://web.push.apple.com/${id}`,
    `https://db5p.notify.windows.com/w/?token=${id}`,
  ] as const;
  return forms[hashOf('vendor', id).readUInt8() % forms.length] ?? forms[0];
}

function hashOf(what: string, text: string): Buffer {
  return createHash('sha256').update(`carillon simulated ${what}\n${text}`).digest();
}
