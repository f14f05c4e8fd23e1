import type { ProviderCallFailure } from './provider-call-failure.ts';

/** A broadcast channel as Apple keeps it: of one app and environment. */
export interface ChannelPlace {
  readonly bundleId: string;
  readonly environment: 'production' | 'sandbox';
}

/** Whether Apple keeps the most recent message for devices that are off (eight hours at most), or none. */
export type ChannelStorage = 'latest' | 'none';

/** What Apple is asked to do with broadcast channels: it alone knows which there are. */
export type ChannelErrand = ChannelPlace & { readonly app: string } & (
    | { readonly do: 'create'; readonly storage: ChannelStorage }
    | { readonly do: 'list' }
    | { readonly do: 'show'; readonly channelId: string }
    | { readonly do: 'delete'; readonly channelId: string }
  );

/** By what was asked: one channel, all ids, or that it is done. */
export type ChannelAnswer =
  | { readonly channelId: string; readonly storage: ChannelStorage }
  | { readonly channels: readonly string[] }
  | { readonly done: true }
  | ProviderCallFailure;
