import type { ProviderCallFailure } from './provider-call-failure.ts';

/** Where a broadcast channel of APNs lives: channels of one environment are unknown in the other. */
export interface ChannelPlace {
  readonly app: string;
  readonly environment: 'production' | 'sandbox';
  /** Null: the credential's first. */
  readonly bundleId: string | null;
}

export type ChannelErrand = ChannelPlace &
  (
    | { readonly action: 'create'; readonly isStored: boolean }
    | { readonly action: 'read' | 'delete'; readonly channelId: string }
    | { readonly action: 'list' }
  );

/** A channel that keeps its latest message for phones that come later (`isStored`), or none. */
export interface Channel {
  readonly channelId: string;
  readonly isStored: boolean;
}

export type ChannelAnswer =
  { readonly channel: Channel } | { readonly deleted: true } | { readonly channelIds: readonly string[] } | ProviderCallFailure;
