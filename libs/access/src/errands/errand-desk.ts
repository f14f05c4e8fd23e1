import type { CheckResult, CredentialCheck } from './credential-check.ts';
import type { ChannelAnswer, ChannelErrand } from './channel-errand.ts';
import type { MessageTrial, MessageTrialAnswer } from './message-trial.ts';
import type { TopicAnswer, TopicChange } from './topic-change.ts';

/** What may be asked of whoever talks to providers, and the answer to it; both are JSON. Answers say what went wrong: a server never rejects. */
export interface Errands {
  readonly credential_check: { readonly asks: CredentialCheck; readonly answer: CheckResult };
  readonly apns_channel: { readonly asks: ChannelErrand; readonly answer: ChannelAnswer };
  readonly message_trial: { readonly asks: MessageTrial; readonly answer: MessageTrialAnswer };
  readonly message_preview: { readonly asks: MessageTrial; readonly answer: MessageTrialAnswer };
  readonly fcm_topic: { readonly asks: TopicChange; readonly answer: TopicAnswer };
}

export type ErrandKind = keyof Errands;
export type ErrandServer<K extends ErrandKind> = (errand: Errands[K]['asks']) => Promise<Errands[K]['answer']>;

/** Where who is called by HTTP meets who talks to providers: the one may have no way to the internet, the other no caller. */
export abstract class ErrandDesk {
  /** The answer; undefined when nobody has given it within `waitMs`. An errand that is lost costs its caller another one. */
  abstract ask<K extends ErrandKind>(kind: K, errand: Errands[K]['asks'], waitMs: number): Promise<Errands[K]['answer'] | undefined>;

  /** Does errands of a kind from now on, until the returned function is called. */
  abstract serve<K extends ErrandKind>(kind: K, server: ErrandServer<K>): () => void;
}
