import type { ProviderName } from '#libs/kernel';
import type { Attributes, Environment, Permission, Platform } from './installation.ts';

type Clearable =
  | 'bundleId' | 'appVersion' | 'sdkVersion' | 'osVersion' | 'model' | 'manufacturer' | 'locale' | 'language' | 'country' | 'carrier'
  | 'timeZone' | 'screenSize'; // prettier-ignore

/** What a caller says about an installation: absent means unchanged, null means cleared. Values have been checked for form. */
export interface InstallationFields extends Partial<Readonly<Record<Clearable, string | null>>> {
  /** The first registration needs both. A provider other than the stored one drops a token that is not given anew. */
  readonly platform?: Platform;
  readonly provider?: ProviderName;
  /** Null is `production`. */
  readonly environment?: Environment | null;
  /** Null is `not_asked`. */
  readonly permission?: Permission | null;
  /** Null follows `permission`. */
  readonly notificationsEnabled?: boolean | null;
  /** Replaces the whole set. */
  readonly tags?: readonly string[] | null;
  /** Replaces them all. */
  readonly attributes?: Attributes | null;
  readonly mutedChannels?: readonly string[] | null;
  readonly location?: { readonly lat: number; readonly lon: number } | null;
  /** ms */
  readonly expiresAt?: number | null;
}
