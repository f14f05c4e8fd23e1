import type { JsonObject } from './merge-overrides.ts';

/** What APNs wants of a push of some type (providers.md 1.3). */
export interface ApnsPushType {
  /** Behind the bundle id, in the topic. */
  readonly suffix: string;
  /** Of the body, in bytes. */
  readonly maxBytes: number;
  /** The only priority that it takes; absent: any. */
  readonly priority?: '5';
  /** The only way to authenticate that reaches it; absent: both. */
  readonly by?: 'key' | 'certificate';
  /** Members that `aps` has to have, with their value where there is but one. */
  readonly needs?: JsonObject;
  /** What else it has to have, going by what is there. */
  readonly needsToo?: (aps: JsonObject) => readonly string[];
}

const usual = { suffix: '', maxBytes: 4_096 } as const;

/** All of Apple's push types. `alert` and `background` follow from what the message shows; a message is of another type where it says so. */
export const APNS_PUSH_TYPES: Readonly<Record<string, ApnsPushType>> = {
  alert: usual,
  background: { ...usual, priority: '5' },
  voip: { suffix: '.voip', maxBytes: 5_120 },
  complication: { ...usual, suffix: '.complication' },
  fileprovider: { ...usual, suffix: '.pushkit.fileprovider' },
  location: { ...usual, suffix: '.location-query', by: 'key' },
  pushtotalk: { ...usual, suffix: '.voip-ptt' },
  liveactivity: {
    ...usual,
    suffix: '.push-type.liveactivity',
    by: 'key',
    needs: { timestamp: undefined, event: undefined },
    needsToo: ({ event }) => (event === 'start' || event === 'update' ? ['content-state'] : []),
  },
  widgets: { ...usual, suffix: '.push-type.widgets', needs: { 'content-changed': true } },
  controls: { ...usual, suffix: '.push-type.controls' },
  mdm: { ...usual, by: 'certificate' },
};

/** A type that follows from the message, and need not be said. */
export function isOfMessage(pushType: string): boolean {
  return pushType === 'alert' || pushType === 'background';
}
