import type { AppSettings } from './app-settings.ts';

/** Whether calls of an sdk key for a known user need a JWT of the app's backend (R7). */
export const SDK_AUTH = ['required', 'optional', 'disabled'] as const;
export type SdkAuth = (typeof SDK_AUTH)[number];

/** The tenant: installations, users, keys, credentials and sends belong to one app. */
export interface App {
  /** `^[a-z0-9][a-z0-9_-]{0,62}$`; part of keys and topics, so it never changes. */
  readonly id: string;
  readonly name: string;
  readonly sdkAuth: SdkAuth;
  /** At most three, so that keys can be rotated. */
  readonly sdkKeys: readonly SdkKey[];
  readonly settings: AppSettings;
  /** Takes simulated credentials only: nothing of it ever leaves the machine. */
  readonly simulatedOnly: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** 1 at creation, +1 with every write. */
  readonly revision: number;
  /** From then on its keys are refused and its id is taken. */
  readonly deletedAt?: number;
}

export const APP_ID = /^[a-z0-9][a-z0-9_-]{0,62}$/;
export const MAX_SDK_KEYS = 3;

/** The public half of a key that the app's backend signs user tokens with. */
export interface SdkKey {
  readonly kid: string;
  /** SubjectPublicKeyInfo as PEM text, whatever form it came in. */
  readonly publicKey: string;
}
