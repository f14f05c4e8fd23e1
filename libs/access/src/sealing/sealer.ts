import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DerivedKeys } from './derive-keys.ts';
import { SealBroken } from './sealing-errors.ts';

type SealingKey = Pick<DerivedKeys, 'keyId' | 'sealing'>;

const version = 'v1';
const nonceBytes = 12; // NIST SP 800-38D section 8.2.2
const tagBytes = 16;

/** Seals texts at rest and on topics with AES-256-GCM: `v1.<key id>.<nonce>.<ciphertext and tag>`. */
export class Sealer {
  readonly #current: SealingKey;
  readonly #keys: ReadonlyMap<string, Buffer>;

  /** `older` master keys open what they sealed before a rotation; nothing new is sealed with them. */
  constructor(current: SealingKey, older: readonly SealingKey[] = []) {
    this.#current = current;
    this.#keys = new Map([...older, current].map(({ keyId, sealing }) => [keyId, sealing]));
  }

  /** `boundTo` names the place the text belongs to; opened anywhere else, it is refused. */
  seal(text: string, boundTo: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#current.sealing, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(boundTo));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [version, this.#current.keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** Throws SealBroken. */
  open(sealed: string, boundTo: string): string {
    const [format, keyId = 'unknown', nonce = '', text = ''] = sealed.split('.');
    const key = this.#keys.get(keyId);
    if (format !== version || !key) throw new SealBroken(keyId);
    try {
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(boundTo));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SealBroken(keyId, { cause: error });
    }
  }
}
