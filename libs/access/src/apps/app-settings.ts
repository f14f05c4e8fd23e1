import type { FrequencyCap, QuietHours } from '#libs/kernel';
import type { SdkWritable } from './sdk-writable.ts';

export interface AppSettings {
  /**
   * What an sdk key may write beyond its installation's own registration. No tags unless the app opens them: the key is public, and a send to
   * `staff` must not reach whoever says so.
   */
  readonly sdkWritable: readonly SdkWritable[];
  /** Tags and attributes of the installation when another person takes it over (R22a). */
  readonly onUserChange: 'clear' | 'keep';
  /** Whether a merge fills the known user's custom attributes from the anonymous one (R32). */
  readonly mergeCustomAttributes: boolean;
  /** Whether granting the system's prompt makes the user `opted_in` (R36). */
  readonly optInWhenAuthorized: boolean;
  /** Whether that also lifts an explicit `unsubscribed` (R36). */
  readonly optInOverridesUnsubscribe: boolean;
  /** Tags on one installation or user. */
  readonly maxTags: number;
  /** Origins of pages that may make the calls of sdk keys from a browser (CORS), each as browsers send it. */
  readonly allowedOrigins: readonly string[];
  /** Of marketing sends that say nothing else; null: none. */
  readonly quietHours: QuietHours | null;
  /** How much of marketing a person, or a device, gets; all of them hold. */
  readonly frequencyCaps: readonly FrequencyCap[];
  /** Whether, and when, a night's silent push looks for uninstalled apps (R49). */
  readonly uninstallTracking: UninstallTracking;
}

export interface UninstallTracking {
  readonly enabled: boolean;
  /** 0 to 23: probes are spread over this hour of the zone's clock. */
  readonly hour: number;
  /** IANA. */
  readonly timeZone: string;
}

export const defaultSettings: AppSettings = {
  sdkWritable: ['installation.attributes', 'user.subscription'],
  onUserChange: 'clear',
  mergeCustomAttributes: false,
  optInWhenAuthorized: true,
  optInOverridesUnsubscribe: false,
  maxTags: 60,
  allowedOrigins: [],
  quietHours: null,
  frequencyCaps: [],
  uninstallTracking: { enabled: false, hour: 3, timeZone: 'UTC' },
};

/** An app as it was stored, perhaps before a setting was there. */
export function withDefaults<A extends { readonly settings: AppSettings }>(app: A): A {
  return { ...app, settings: { ...defaultSettings, ...app.settings } };
}
