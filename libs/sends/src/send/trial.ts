import type { ProviderName } from '#libs/kernel';
import type { Variables } from '../message.ts';
import type { OutcomeCode } from '../outcome-code.ts';
import type { Send } from './send.ts';

/** An installation that a message is tried on, as planning found it. */
export interface TrialRecipient {
  readonly installation: string;
  readonly provider: ProviderName;
  readonly ownerEpoch: number;
  readonly variables: Variables | null;
}

/** What is asked of whoever talks to providers: to send messages of a send that is stored nowhere, or only to build them, and to say what came of each. JSON. */
export interface TrialOrder {
  readonly send: Send;
  readonly recipients: readonly TrialRecipient[];
  /** False: providers are asked nothing; what they would be sent is built and looked at. */
  readonly isSent: boolean;
  /** Nothing begins after this instant, ms: nobody waits for the answer any more. */
  readonly startBy: number;
}

/** What came of one of them. No secret stands in it, and in the place of the push token its fingerprint. */
export interface TrialResult {
  readonly installation: string;
  readonly provider: ProviderName | null;
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
  /** What the provider was sent, or would be, and what it answered; null where it was not asked, or did not answer. */
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown } | null;
  readonly answer: { readonly status: number; readonly body: string } | null;
}
