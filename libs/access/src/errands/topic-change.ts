import type { ProviderCallFailure } from './provider-call-failure.ts';

/** Installations that are to be put on a topic of FCM or taken off it; at most 1,000. Their tokens are read by whoever does it. */
export interface TopicChange {
  readonly app: string;
  readonly topic: string;
  readonly change: 'subscribe' | 'unsubscribe';
  readonly installations: readonly string[];
}

/** What came of one installation; `reason`: why it failed, in FCM's word or in ours (snake_case). */
export interface TopicResult {
  readonly installation: string;
  readonly outcome: 'done' | 'failed';
  readonly reason: string | null;
}

export type TopicAnswer = { readonly results: readonly TopicResult[] } | ProviderCallFailure;
