import { createPrivateKey, createPublicKey, hkdfSync, sign, type KeyObject } from 'node:crypto';
import { HmacSha256 } from './hmac-sha256.ts';

const keyBytes = 32;
/** PKCS #8 of an Ed25519 key up to its 32 bytes (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const pseudonymLength = 22; // in base64url, 128 bits

/** The public half, as JSON Web Keys write it (RFC 8037). */
export interface ErasureKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

/**
 * What erasures are signed with, and what stands in the place of whoever was erased. Both come from a secret that the master key seals and that outlives its
 * rotation, so a receipt stays verifiable and one person has one pseudonym for ever.
 */
export class ErasureKeys {
  readonly publicKey: ErasureKey;
  readonly #private: KeyObject;
  readonly #names: HmacSha256;

  constructor(secret: Buffer) {
    const derived = (use: string) => Buffer.from(hkdfSync('sha256', secret, 'carillon', `carillon ${use} v1`, keyBytes));
    this.#private = createPrivateKey({ key: Buffer.concat([pkcs8, derived('erasure receipts')]), format: 'der', type: 'pkcs8' });
    this.#names = new HmacSha256(derived('erased people'));
    const { x = '' } = createPublicKey(this.#private).export({ format: 'jwk' });
    this.publicKey = { kty: 'OKP', crv: 'Ed25519', x };
  }

  /** Names a person of an app without telling who it is: a keyed hash. */
  pseudonym(app: string, name: string): string {
    return `erased-${this.#names.of(`${app}\n${name}`).slice(0, pseudonymLength)}`;
  }

  /** Ed25519 (RFC 8032) over the text's UTF-8, in base64url. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#private).toString('base64url');
  }
}
