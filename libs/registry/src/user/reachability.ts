import type { Installation, Platform } from '../installation/installation.ts';
import type { User } from './user.ts';

/** What a send asks of its recipients (R42). */
export interface RecipientOptions {
  /** `subscribed` (default) takes subscribed and opted-in users, `opted_in` only those, `all` everyone (transactional sends). */
  readonly subscription: 'subscribed' | 'opted_in' | 'all';
  /** A silent message needs a token, and no permission to show anything. */
  readonly silent: boolean;
}

export type Recipient = Pick<Installation, 'subscription' | 'notificationsEnabled'> & { readonly hasToken: boolean };
export type RecipientSuppression = 'unsubscribed' | 'no_token' | 'not_foreground';

/** Why a targeted installation is not sent to, null where it is (R39, R42): the person's wish first, then the address, then the device. */
export function suppressionOf(recipient: Recipient, options: RecipientOptions): RecipientSuppression | null {
  if (!wants(recipient, options.subscription)) return 'unsubscribed';
  if (!recipient.hasToken) return 'no_token';
  return options.silent || recipient.notificationsEnabled ? null : 'not_foreground';
}

/** What a send without options of its own does: subscribed or opted in, with a token, in the foreground. */
export function isDefaultRecipient(recipient: Recipient): boolean {
  return suppressionOf(recipient, { subscription: 'subscribed', silent: false }) === null;
}

function wants({ subscription }: Recipient, asked: RecipientOptions['subscription']): boolean {
  switch (asked) {
    case 'all':
      return true;
    case 'opted_in':
      return subscription === 'opted_in';
    case 'subscribed':
      return subscription !== 'unsubscribed';
  }
}

export interface InstallationReachability {
  readonly id: string;
  readonly platform: Platform;
  readonly reachable: boolean;
  /**
   * Null where it is reachable: `unsubscribed`, `no_token` or why the token was lost (the provider's reason, `superseded`, `cleared`, …),
   * `notifications_disabled`, `provider_unavailable`.
   */
  readonly reason: string | null;
  /** Since when, ms; null where nobody knows. */
  readonly since: number | null;
  /** The rule of registration that decides, such as `R39`. */
  readonly rule: string;
}

export interface Reachability {
  readonly reachable: boolean;
  readonly installations: readonly InstallationReachability[];
  /** What would make the person reachable, for people; null when they are. */
  readonly hint: string | null;
}

export type ProviderCheck = (installation: Installation) => boolean;

/** Whether a default send would ring for a person, and for each device why or why not (R23–R25, R39, R42). `canSend`: the provider is there. */
export function reachabilityOf(user: User, installations: readonly Installation[], canSend: ProviderCheck = () => true): Reachability {
  const lines = installations.map((installation) => reachabilityOfInstallation(user, installation, canSend));
  const reachable = lines.some((line) => line.reachable);
  return { reachable, installations: lines, hint: reachable ? null : hintFor(user, lines, installations) };
}

function reachabilityOfInstallation(user: User, installation: Installation, canSend: ProviderCheck): InstallationReachability {
  const { id, platform, token, notificationsEnabled } = installation;
  const recipient = { subscription: user.subscription, notificationsEnabled, hasToken: token !== null };
  const suppression = suppressionOf(recipient, { subscription: 'subscribed', silent: false });
  if (suppression !== null) return { id, platform, reachable: false, ...explained(suppression, user, installation) };
  if (!canSend(installation)) return { id, platform, reachable: false, reason: 'provider_unavailable', since: null, rule: 'R42' };
  return { id, platform, reachable: true, reason: null, since: installation.tokenRegisteredAt, rule: 'R42' };
}

function explained(suppression: RecipientSuppression, user: User, installation: Installation) {
  switch (suppression) {
    case 'unsubscribed':
      return { reason: 'unsubscribed', since: user.subscriptionChangedAt, rule: 'R39' };
    case 'no_token':
      return lostToken(installation);
    case 'not_foreground':
      return { reason: 'notifications_disabled', since: installation.permissionChangedAt, rule: ruleOfPermission(installation) };
  }
}

function lostToken({ tokenLostReason, tokenLostAt, firstSeenAt }: Installation) {
  if (tokenLostReason === null) return { reason: 'no_token', since: firstSeenAt, rule: 'R10' };
  return { reason: tokenLostReason, since: tokenLostAt, rule: ruleOfLoss(tokenLostReason) };
}

function ruleOfLoss(reason: string): string {
  if (reason === 'superseded') return 'R12';
  if (reason === 'not_permitted') return 'R16';
  if (reason === 'no_session') return 'R21';
  return reason === 'cleared' || reason === 'provider_changed' ? 'R8' : 'R46';
}

/** Taken away on the device, or not given yet. */
function ruleOfPermission({ permission, platform }: Installation): string {
  if (permission === 'granted' || permission === 'provisional') return 'R43';
  if (permission === 'denied') return 'R41';
  return platform === 'android' ? 'R14' : 'R15';
}

function hintFor(user: User, lines: readonly InstallationReachability[], installations: readonly Installation[]): string {
  if (lines.length === 0) return 'No installation belongs to this user: it is reachable once it logs in on a device.';
  if (user.subscription === 'unsubscribed')
    return 'The user has unsubscribed: only a transactional send with "subscription": "all" reaches it.';
  const remedies = new Set(lines.map(({ reason }, index) => remedyOf(reason ?? '', installations[index])));
  return [...remedies].join(' ');
}

function remedyOf(reason: string, installation: Installation | undefined): string {
  switch (reason) {
    case 'BadDeviceToken':
      return installation ? elsewhere(installation.environment) : gone(reason);
    case 'notifications_disabled':
      return 'Notifications are switched off on the device: the user has to allow them in its settings.';
    case 'not_permitted':
      return 'The browser may not show notifications: the user has to allow them for the site, and the page has to subscribe again.';
    case 'provider_unavailable':
      return 'Nothing can be sent through the provider of the device: the app has no credential for it, or this version does not send through it.';
    case 'no_token':
      return 'The device has never shown a push token: the app has to ask its provider for one.';
    default:
      return gone(reason);
  }
}

function gone(reason: string): string {
  return `The push token is gone (${reason}): the next start of the app registers a new one.`;
}

/** APNs says no more than that it does not know the token; the same token registered again would be refused again. */
function elsewhere(environment: Installation['environment']): string {
  const other = environment === 'production' ? 'sandbox' : 'production';
  return `APNs knows no such token in its ${environment} environment (BadDeviceToken), most often because it is one of the ${other} environment: builds run from Xcode get tokens of sandbox, those of TestFlight and the App Store of production. Register it with "environment": "${other}", or start a build of ${environment} again.`;
}

type Addressable = Pick<Installation, 'app' | 'token' | 'notificationsEnabled'>;

/** The line of a user's page for one installation (R45): `Foreground: <app>`, `Background: <app>`, or `--` without a token. */
export function pushRegisteredFor(installation: Addressable): string {
  if (installation.token === null) return '--';
  return `${installation.notificationsEnabled ? 'Foreground' : 'Background'}: ${installation.app}`;
}
