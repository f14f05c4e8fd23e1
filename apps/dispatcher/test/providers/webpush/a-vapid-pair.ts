import { createECDH } from 'node:crypto';

/** A new pair of VAPID keys, as a credential has it. */
export function aVapidPair(): { readonly publicKey: string; readonly privateKey: string } {
  const keys = createECDH('prime256v1');
  return { publicKey: keys.generateKeys('base64url'), privateKey: keys.getPrivateKey('base64url') };
}
