/** The kinds of notification that WNS has. */
export type WnsKind = 'toast' | 'tile' | 'badge' | 'raw';
