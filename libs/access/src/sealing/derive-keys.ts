import { createHash, hkdfSync } from 'node:crypto';

/** What the master key (32 bytes, `CARILLON_MASTER_KEY`) is used for; one key each, so that none weakens another. */
export interface DerivedKeys {
  /** Names the master key; stands beside what it sealed. */
  readonly keyId: string;
  /** AES-256-GCM, for Sealer. */
  readonly sealing: Buffer;
  /** HMAC-SHA-256, for Fingerprinter. */
  readonly fingerprint: Buffer;
  /** HMAC-SHA-256, for ReceiptSigner. */
  readonly receipts: Buffer;
}

const masterKeyBytes = 32;

/** HKDF-SHA-256 (RFC 5869) with one `info` for each use. Throws RangeError unless the key has 32 bytes. */
export function deriveKeys(masterKey: Buffer): DerivedKeys {
  if (masterKey.length !== masterKeyBytes)
    throw new RangeError(`The master key has ${masterKey.length} bytes instead of ${masterKeyBytes}`);
  return {
    keyId: createHash('sha256').update(derived(masterKey, 'key id')).digest('hex').slice(0, 8),
    sealing: derived(masterKey, 'sealing'),
    fingerprint: derived(masterKey, 'fingerprint'),
    receipts: derived(masterKey, 'receipts'),
  };
}

function derived(masterKey: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, 'carillon', `carillon ${use} v1`, masterKeyBytes));
}
