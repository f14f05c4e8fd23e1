import { importPKCS8, SignJWT, type CryptoKey } from 'jose';
import { BoundedMap, type Clock } from '#libs/kernel';
import { apnsCertificateFields, apnsFields } from '#libs/access';
import { z } from 'zod';
import type { AccessToken } from '../shared-tokens.ts';
import { tokenName, type SharedTokens } from '../shared-tokens.ts';

/** The fields of an APNs key as the API takes them, of which a simulator's account may have more. */
const apnsKeyFields = z.object(apnsFields.shape);
export type ApnsKeyFields = z.output<typeof apnsKeyFields>;

/** Instead of a key: a certificate with its own, as it is kept. */
const apnsPair = z.object(apnsCertificateFields.required().shape);
export type ApnsPair = z.output<typeof apnsPair>;

/** Throws for fields that are neither. */
export function readApnsFields(fields: unknown): ApnsKeyFields | ApnsPair {
  const pair = apnsPair.safeParse(fields);
  return pair.success ? pair.data : apnsKeyFields.parse(fields);
}

/**
 * Apple takes a token for 60 minutes and wants no new one within 20 (providers.md 1.5). Issue times are multiples of 40 minutes, so all
 * processes and restarts agree on them without asking each other.
 */
const periodMs = 40 * 60_000;
const lifetimeMs = 60 * 60_000;
const maxTokens = 1_000;

interface Minted {
  issuedAt: number;
  header: string;
}

/** Provider tokens of APNs keys. Each signature is another token, so processes that share them show Apple one. */
export class ApnsTokens {
  readonly #minted = new BoundedMap<Minted>(maxTokens);
  readonly #minting = new Map<string, Promise<Minted>>();

  constructor(
    private readonly shared: SharedTokens,
    private readonly clock: Clock,
  ) {}

  /** The key's token of the present period. The object is the same for ever and changes in place. Rejects for a key that cannot sign. */
  async of(key: string, fields: ApnsKeyFields): Promise<{ readonly header: string }> {
    const issuedAt = Math.floor(this.clock.now() / periodMs) * periodMs;
    const known = this.#minted.get(key);
    if (known?.issuedAt === issuedAt) return known;
    const pending = this.#minting.get(key) ?? this.#mint(key, fields, issuedAt, known);
    this.#minting.set(key, pending);
    try {
      return await pending;
    } finally {
      this.#minting.delete(key);
    }
  }

  async #mint(key: string, fields: ApnsKeyFields, issuedAt: number, known: Minted | undefined): Promise<Minted> {
    const name = tokenName('apns', fields.teamId, fields.keyId, fields.privateKey, issuedAt);
    const sign = async (): Promise<AccessToken> => ({ value: await signed(fields, issuedAt), expiresAt: issuedAt + lifetimeMs });
    const header = `bearer ${(await this.shared.of(name, () => true, sign)).value}`;
    return this.#minted.set(key, Object.assign(known ?? {}, { issuedAt, header }));
  }
}

async function signed({ teamId, keyId, privateKey }: ApnsKeyFields, issuedAt: number): Promise<string> {
  const key: CryptoKey = await importPKCS8(privateKey, 'ES256');
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .setIssuer(teamId)
    .setIssuedAt(issuedAt / 1_000)
    .sign(key);
}
