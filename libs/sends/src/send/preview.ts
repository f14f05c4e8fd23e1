import type { ProviderName } from '#libs/kernel';
import type { OutcomeCode } from '../outcome-code.ts';
import type { MessageSizes } from '../message.ts';
import type { Send } from './send.ts';
import type { TrialRecipient } from './trial.ts';

/** What is asked of whoever talks to providers: what a message of a send that is stored nowhere would come to. Nothing is sent. JSON. */
export interface PreviewOrder {
  readonly send: Send;
  /** Whose payloads are shown. */
  readonly shown: readonly TrialRecipient[];
  /** A device that nobody has stands for each provider of the app, in this language; null: none does. */
  readonly invented: { readonly locale: string | null } | null;
  /** Whose messages are built and weighed. */
  readonly sample: readonly TrialRecipient[];
  /** Nothing begins after this instant, ms. */
  readonly startBy: number;
}

/** The message for one installation, as its provider would be asked. */
export interface ShownPreview {
  readonly provider: ProviderName;
  /** Null: the invented one. */
  readonly installation: string | null;
  /** JSON as such, anything else as text, the fingerprint in the place of the token; null where none can be built. */
  readonly payload: unknown;
  /** What the provider counts, and the most that it takes; null where none was built. */
  readonly bytes: number | null;
  readonly limit: number | null;
  /** `accepted`: nothing is in its way before the provider has seen it. */
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
}

/** What messages of a sample come to at one provider. */
export interface SampleSizes extends MessageSizes {
  readonly provider: ProviderName;
  /** The installation with the largest. */
  readonly largestOf: string;
}

/** Why messages of a sample would not go, and how many. */
export interface SampleFailure {
  readonly provider: ProviderName;
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
  readonly count: number;
  /** The first of them. */
  readonly installation: string;
}

export interface PreviewResult {
  readonly shown: readonly ShownPreview[];
  readonly sizes: readonly SampleSizes[];
  /** Messages of the sample that would not go. */
  readonly failed: number;
  /** Why, the most frequent first; ten of the reasons at most. */
  readonly failures: readonly SampleFailure[];
}
