import type { Permission } from '../../src/installation/installation.ts';
import type { Subscription } from '../../src/user/user.ts';

export type Provider = 'fcm' | 'hms';

/** What a provider may say of the token that a dispatcher once read on an installation. */
export interface Verdict {
  readonly device: string;
  readonly token: string;
  readonly confirmedAt: number;
  /** The provider's own timestamp, ms; null where it gave none. */
  readonly since: number | null;
}

export interface Shown {
  /** Absent: unchanged; null: cleared. */
  readonly token?: string | null | undefined;
  readonly permission?: Permission | undefined;
  readonly enabled?: boolean | null | undefined;
  /** For the model: the token never came, as whoever had it showed it again, or as the device itself ended its claim; what it had before is gone. */
  readonly claim?: 'outdone' | 'withdrawn';
}

export interface RegisterStep extends Shown {
  readonly kind: 'register';
  readonly device: string;
  /** As it is; only `changeProvider` changes it. */
  readonly provider: Provider;
  readonly by: 'sdk' | 'server';
  /** Absent: unchanged; null: detached. */
  readonly user?: string | null | undefined;
  readonly verified: boolean;
  readonly tags?: readonly string[] | undefined;
}

export interface SessionStep extends Shown {
  readonly kind: 'session';
  readonly device: string;
}

export type VerdictStep =
  | { readonly kind: 'purge'; readonly verdict: Verdict }
  | { readonly kind: 'suspect'; readonly verdict: Verdict }
  | { readonly kind: 'replace'; readonly verdict: Verdict; readonly token: string };

/** What a caller tells of a person, who is made where the name is new. */
export interface TrackStep {
  readonly kind: 'track';
  readonly who: { readonly externalId: string } | { readonly alias: string } | { readonly installation: string };
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly subscription?: Subscription | undefined;
}

/** A line of an import. */
export interface ImportStep {
  readonly kind: 'import';
  readonly device: string;
  /** As it is; only `changeProvider` changes it. */
  readonly provider: Provider;
  readonly token: string | null;
  readonly enabled: boolean;
  readonly user: string | null;
  readonly tags: readonly string[];
  readonly upsert: boolean;
}

/** What speaks of people, not of devices. */
export type PersonStep =
  | TrackStep
  | { readonly kind: 'merge'; readonly user: string; readonly into: string }
  | { readonly kind: 'aliases'; readonly user: string; readonly aliases: readonly string[] }
  | { readonly kind: 'identify'; readonly alias: string; readonly user: string }
  | { readonly kind: 'erase'; readonly user: string };

/** One call of one operation of the registry. */
export type Step =
  | RegisterStep
  | SessionStep
  | VerdictStep
  | ImportStep
  | PersonStep
  | { readonly kind: 'changeUser'; readonly device: string; readonly user: string; readonly verified: boolean }
  | { readonly kind: 'detach'; readonly device: string }
  | { readonly kind: 'delete'; readonly device: string }
  | { readonly kind: 'changeProvider'; readonly device: string }
  | { readonly kind: 'deviceTags'; readonly device: string; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly kind: 'subscribe'; readonly user: string; readonly subscription: Subscription; readonly create: boolean }
  | { readonly kind: 'userTags'; readonly user: string; readonly add: readonly string[]; readonly remove: readonly string[] };

/** What the caller of a step is told, in a word. */
export type Answer = string;

/** The device whose system shows notifications unasked (R13); the others' has a prompt. */
export const OLD_ANDROID = 'd3';
