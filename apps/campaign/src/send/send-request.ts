import type { ProviderName, PushToken, QuietHours } from '#libs/kernel';
import type { TagExpression, UserShare } from '#libs/registry';
import type { ConversionRule, MessageTemplate, SendOptions, SentActivity, SharedAddress, Variables } from '#libs/sends';

/** A user as named by a caller; the variables are of this recipient alone. */
export interface RequestedUser {
  readonly externalId: string;
  readonly variables: Variables | null;
}

/** Whom a request names, read and checked. */
export type RequestedTarget =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'tags'; readonly text: string; readonly expression: TagExpression }
  | { readonly kind: 'filter'; readonly written: Readonly<Record<string, unknown>> }
  | { readonly kind: 'audience'; readonly name: string }
  | { readonly kind: 'users'; readonly users: readonly RequestedUser[] }
  | { readonly kind: 'installations'; readonly ids: readonly string[] }
  | { readonly kind: 'tokens'; readonly provider: ProviderName; readonly tokens: readonly PushToken[] }
  | { readonly kind: 'shared'; readonly address: SharedAddress }
  | { readonly kind: 'activity'; readonly activityId: string }
  | AcceptedTarget;

/** Those who got an earlier send of the app: what a recall names, and no caller. */
export interface AcceptedTarget {
  readonly kind: 'accepted';
  readonly sendId: string;
  /** Accepted so far, or still open. */
  readonly recipients: number;
  /** Slices of the earlier send that are planned beside each other. */
  readonly slices: number;
  /** The earlier send is over: who got it is known. */
  readonly isOver: boolean;
}

/** Of those whom a request names, only whom a rule selects, whose own clocks are in some zones, or who are in a share of all users. JSON. */
export type Restriction =
  | { readonly kind: 'target'; readonly target: RequestedTarget }
  | { readonly kind: 'zones'; readonly timeZones: readonly string[]; readonly takesUnknown: boolean }
  | ({ readonly kind: 'share' } & UserShare);

/** A send as asked for, with every default filled in. */
export interface SendRequest {
  readonly target: RequestedTarget;
  /** All of them have to hold; none unless said. Named ids are no restriction. */
  readonly within?: readonly Restriction[];
  readonly message: MessageTemplate;
  readonly activity?: SentActivity;
  readonly variables: Variables;
  readonly options: SendOptions;
  readonly ttlMs: number;
  /** When it goes out, ms; null: at once. */
  readonly sendAt: number | null;
  /** Under which the caller may cancel it. */
  readonly cancelKey: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** What its texts may call `event`; nothing unless said. */
  readonly event?: Variables;
  /** The variant of its campaign. */
  readonly variant?: string;
  /** In the place of the app's; false: none. */
  readonly quietHours?: QuietHours | false;
  /** What its messages are for; nothing unless said. */
  readonly conversion?: ConversionRule;
  /** The send that it takes back: nobody is asked twice when it is their time for that. */
  readonly replaces?: string;
  /** Of its campaign; none unless said. */
  readonly labels?: readonly string[];
  /** Frequency caps keep it from nobody. Not so unless said. */
  readonly isUncapped?: true;
}
