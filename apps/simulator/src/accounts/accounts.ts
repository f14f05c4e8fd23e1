import { createPublicKey, type KeyObject } from 'node:crypto';
import type { SimulatedAccounts } from './account-file.ts';

/** An APNs signing key that Apple would know. */
export interface ApnsKey {
  readonly teamId: string;
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
  /** Where the key is good; everywhere unless said, like keys made before 2025. */
  readonly environment?: 'production' | 'sandbox' | undefined;
  /** The bundle ids the key may push to; all of its team's unless said. */
  readonly bundleIds?: readonly string[] | undefined;
}

/** A Google service account of one project. */
export interface ServiceAccount {
  readonly projectId: string;
  readonly clientEmail: string;
  readonly privateKeyId: string;
  /** PEM. */
  readonly publicKey: string;
}

export type KnownApnsKey = Omit<ApnsKey, 'publicKey'> & { readonly publicKey: KeyObject };
export type KnownServiceAccount = Omit<ServiceAccount, 'publicKey'> & { readonly publicKey: KeyObject };

const maxAccounts = 1_000;

/** The keys and accounts that the simulated providers accept; all others are refused as the provider would. */
export class Accounts {
  readonly #apns = new Map<string, KnownApnsKey>();
  readonly #fcm = new Map<string, KnownServiceAccount>();

  /** `simulated` holds the private halves too: they open nothing but simulators. */
  constructor(readonly simulated: SimulatedAccounts) {
    const { apns, fcm } = simulated;
    this.addApnsKey(apns);
    this.addServiceAccount({
      projectId: fcm.project_id,
      clientEmail: fcm.client_email,
      privateKeyId: fcm.private_key_id,
      publicKey: fcm.public_key,
    });
  }

  /** Registers a further key, or replaces the one with its id. Throws when the PEM is no public key. */
  addApnsKey({ teamId, keyId, environment, bundleIds, publicKey }: ApnsKey): void {
    bound(this.#apns).set(keyId, { teamId, keyId, environment, bundleIds, publicKey: createPublicKey(publicKey) });
  }

  /** Registers a further account, or replaces the one with its e-mail address. Throws when the PEM is no public key. */
  addServiceAccount({ projectId, clientEmail, privateKeyId, publicKey }: ServiceAccount): void {
    bound(this.#fcm).set(clientEmail, { projectId, clientEmail, privateKeyId, publicKey: createPublicKey(publicKey) });
  }

  findApnsKey(keyId: string): KnownApnsKey | undefined {
    return this.#apns.get(keyId);
  }

  findServiceAccount(clientEmail: string): KnownServiceAccount | undefined {
    return this.#fcm.get(clientEmail);
  }
}

function bound<T>(accounts: Map<string, T>): Map<string, T> {
  if (accounts.size >= maxAccounts) throw new RangeError(`At most ${maxAccounts} accounts can be registered`);
  return accounts;
}
