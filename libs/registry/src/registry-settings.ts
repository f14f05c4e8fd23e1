/** What an app may choose about its installations and users (`settings` of the app). */
export interface RegistrySettings {
  /** R22a: whether tags and attributes set on the installation go when it changes hands. Default `clear`. */
  readonly onUserChange: 'clear' | 'keep';
  /** R32: whether a merge fills the known user's missing custom attributes from the anonymous one. Default false. */
  readonly mergeCustomAttributes: boolean;
  /** R36: whether granting the system's prompt makes the user `opted_in`. Default true. */
  readonly optInWhenAuthorized: boolean;
  /** R36: whether that lifts even an explicit `unsubscribed`. Default false. */
  readonly optInOverridesUnsubscribe: boolean;
  /** Tags an installation, and a user, may have. Default 60. */
  readonly maxTags: number;
}

export const DEFAULT_REGISTRY_SETTINGS: RegistrySettings = {
  onUserChange: 'clear',
  mergeCustomAttributes: false,
  optInWhenAuthorized: true,
  optInOverridesUnsubscribe: false,
  maxTags: 60,
};

/** Attributes an installation may have. */
export const MAX_ATTRIBUTES = 100;

/** Attributes a user may have; each member of an object counts. */
export const MAX_USER_ATTRIBUTES = 250;

/** Who says the events of installations and users. */
export const REGISTRY_SOURCE = 'carillon/registry';
