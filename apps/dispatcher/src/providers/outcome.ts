import type { PushToken } from '#libs/kernel';

/** Whose fault an outcome is that may pass: bases of the retry plan differ (1 s for the network, the provider's own otherwise). */
export type FaultOf = 'network' | 'provider';

/**
 * What became of one message (providers.md 0.1). `reason` is the provider's own word where it gave one, else a snake_case word of ours.
 * `afterMs` is there only when the provider named a delay, or 0 when the message provably was not processed and may go again at once.
 * `baseMs`: the first wait that the provider's documentation asks for after this very answer; the settings' otherwise.
 */
export type Outcome =
  /**
   * `reason` is there where the provider said more than that it took the message, such as that it dropped it: the device will not show it. `finding`: what it
   * said of the address with that. It drops this message, or no message will be shown, because the person has switched the app off where the provider sees it.
   */
  | { readonly kind: 'accepted'; readonly reason?: string; readonly finding?: 'dropped' | 'opted_out' }
  /** That push token goes, nothing else. `invalidSince`: the provider's own timestamp, ms. */
  | { readonly kind: 'token_invalid'; readonly reason: string; readonly invalidSince?: number }
  /** Accepted, and the provider named a newer address. */
  | { readonly kind: 'token_moved'; readonly reason: string; readonly token: PushToken }
  /** The address is alive but belongs to other credentials, another app or environment. It stays. */
  | { readonly kind: 'wrong_sender'; readonly reason: string }
  | {
      readonly kind: 'retry_later';
      readonly reason: string;
      readonly faultOf: FaultOf;
      readonly afterMs?: number;
      readonly baseMs?: number;
      /** With so many tries of the message it is the last word; else the settings decide alone. */
      readonly maxTries?: number;
    }
  /** `scope` says what is limited: this address (or topic), or all that the credential sends. */
  | {
      readonly kind: 'throttled';
      readonly reason: string;
      readonly scope: 'token' | 'provider';
      readonly afterMs?: number;
      readonly baseMs?: number;
    }
  /** `refreshable`: a new access token may heal it; one was tried already when it reaches the caller of a provider. */
  | {
      readonly kind: 'credentials_bad';
      readonly reason: string;
      readonly refreshable: boolean;
      /** What the provider said beside; for the doctor, and kept nowhere. */
      readonly detail?: string;
      /** How far our clock is ahead of the provider's, ms, where that can be told. */
      readonly clockAheadMs?: number;
      /** Refused by one of several services that stand behind the provider's name, or for one platform; the others go on. */
      readonly scope?: 'part';
    }
  /** Sending it again cannot help. */
  | { readonly kind: 'payload_bad'; readonly reason: string }
  /** `scope: 'part'`: one of several services that stand behind the provider's name; the others go on. */
  | {
      readonly kind: 'provider_down';
      readonly reason: string;
      readonly faultOf: FaultOf;
      readonly afterMs?: number;
      readonly scope?: 'part';
    }
  /** Written, and never answered: the provider may have taken it. This is doubt (correctness P2). */
  | { readonly kind: 'unknown'; readonly reason: string };

export type OutcomeKind = Outcome['kind'];

/** One value for all: a batch of accepted messages costs no object. */
export const ACCEPTED_OUTCOME: Outcome = Object.freeze({ kind: 'accepted' });

/** Found before anything is sent. */
export const PAYLOAD_TOO_LARGE: Outcome = Object.freeze({ kind: 'payload_bad', reason: 'payload_too_large' });
export const MALFORMED_TOKEN: Outcome = Object.freeze({ kind: 'token_invalid', reason: 'malformed_token' });
