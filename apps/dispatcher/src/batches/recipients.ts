import { PushToken, installationKey, type ProviderName } from '#libs/kernel';
import {
  RecipientColumns,
  suppressionOf,
  type ActivityTokens,
  type Installation,
  type InstallationRepository,
  type RecipientExtra,
  type RecipientInstallation,
  type RecipientOptions,
} from '#libs/registry';
import {
  SHARED_RECIPIENT,
  addressText,
  type BatchEntries,
  type RenderedMessage,
  type Send,
  type SentActivity,
  type SharedAddress,
  type Suppression,
  type TokenFinding,
} from '#libs/sends';
import type { CompiledMessage } from '#libs/templates';

/** Installations and what their users say, as they were at one instant. */
export interface Recipients {
  /** When reading began, ms: nothing they say is newer. */
  readonly readAt: number;
  readonly columns: RecipientColumns;
  /** All that is known of an installation, by its id, where texts speak of more than recipients have; otherwise empty. */
  readonly wholes: ReadonlyMap<string, Installation>;
}

/** Some entries of a batch. */
export interface Asked {
  readonly ids: readonly string[];
  /** The provider whose installations they are nearly all, in a range of keys. */
  readonly allOf: ProviderName | undefined;
}

/** What texts may say of a device without its whole record being made. */
export const RECIPIENT_FIELDS = [
  'id', 'bundleId', 'platform', 'provider', 'environment', 'notificationsEnabled', 'ownerEpoch', 'locale', 'attributes',
] as const satisfies readonly (keyof RecipientInstallation)[]; // prettier-ignore

const ofRecipients: ReadonlySet<string> = new Set(RECIPIENT_FIELDS);

/** Reads who is behind some entries. */
export class RecipientReader {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly activities: ActivityTokens,
    /** Entries that are best read together: fewer where reading holds the event loop, many where each query is a journey. */
    readonly atOnce: number,
  ) {}

  /** More than sending needs is read only where the texts speak of it. */
  async read(
    { app, audience, activity, message: written }: Send,
    { ids, allOf }: Asked,
    now: number,
    message: CompiledMessage,
  ): Promise<Recipients> {
    if (audience.kind === 'shared') {
      const columns = RecipientColumns.of(ids, [sharedRecipient(audience.address)]);
      return { readAt: now, columns, wholes: new Map() };
    }
    const wholly = message.fields('installation');
    const needsWhole =
      written.installationTemplate !== undefined || wholly === 'all' || [...wholly].some((field) => !ofRecipients.has(field));
    const wholes = needsWhole ? await this.installations.findByKeys(ids.map((id) => installationKey(app, id))) : [];
    const found = await this.installations.readRecipients({ app, ids, extras: extrasOf(message), ...(allOf && { allOf }) });
    const columns = activity ? await this.#showing(app, found, activity) : found;
    return { readAt: now, columns, wholes: new Map(wholes.map((whole) => [whole.id, whole])) };
  }

  /**
   * Forgets the activity tokens that findings call dead, unless they were registered since. They are no installation's own, whose tokens are the mass-purge
   * breaker's to judge: that activities end is the rule.
   */
  async forgetDead({ app, activity }: Send, { installationIds }: BatchEntries, findings: readonly TokenFinding[]): Promise<void> {
    if (!activity) return;
    for (const { index, outcome, fingerprint, confirmedAt, invalidSince } of findings) {
      const id = installationIds[index];
      if (id === undefined || outcome !== 'token_invalid' || (invalidSince !== null && confirmedAt >= invalidSince)) continue;
      await this.activities.remove(app, id, activity.place, { fingerprint, registeredBy: confirmedAt });
    }
  }

  /** The same installations with their activity tokens in the place of their own; without one, without any. */
  async #showing(app: string, found: RecipientColumns, { place }: SentActivity): Promise<RecipientColumns> {
    const tokens = await this.activities.of(app, found.ids, place);
    const showing = found.ids.map((_, at) => {
      const { token = null, fingerprint = null, registeredAt = null } = tokens[at] ?? {};
      const recipient = found.at(at);
      return recipient && { ...recipient, token, tokenFingerprint: fingerprint, tokenConfirmedAt: registeredAt, tokenImported: false };
    });
    return RecipientColumns.of(found.ids, showing);
  }
}

/** What stands for the devices behind a shared address: nobody's, and in no language. */
function sharedRecipient(address: SharedAddress): RecipientInstallation {
  return nobodysInstallation({
    id: SHARED_RECIPIENT,
    bundleId: 'bundleId' in address ? address.bundleId : null,
    platform: 'channel' in address ? 'ios' : 'android',
    provider: address.provider,
    environment: 'environment' in address ? address.environment : 'production',
    token: new PushToken(addressText(address).text),
    locale: null,
  });
}

type Addressed = Pick<RecipientInstallation, 'id' | 'bundleId' | 'platform' | 'provider' | 'environment' | 'token' | 'locale'>;

/** An installation that nobody has. */
export function nobodysInstallation(addressed: Addressed): RecipientInstallation {
  return {
    ...addressed,
    userId: '',
    externalId: null,
    ownerEpoch: 0,
    subscription: 'subscribed',
    userTags: [],
    userAttributes: {},
    attributes: {},
    tokenFingerprint: null,
    tokenConfirmedAt: null,
    tokenImported: false,
    notificationsEnabled: true,
    isDropped: false,
    mutedChannels: [],
  };
}

function extrasOf(message: CompiledMessage): ReadonlySet<RecipientExtra> {
  const [user, installation] = [message.fields('user'), message.fields('installation')];
  const extras = new Set<RecipientExtra>();
  if (installation !== 'all' && installation.has('attributes')) extras.add('attributes');
  if (user === 'all' || user.has('userId')) extras.add('userId');
  if (user === 'all' || user.has('externalId')) extras.add('externalId');
  if (user === 'all' || user.has('tags')) extras.add('userTags');
  if (user === 'all' || user.has('attributes')) extras.add('userAttributes');
  if (message.namesChannel) extras.add('mutedChannels');
  return extras;
}

/** Why a message is not sent to somebody, null where it is: whoever was planned, and the person's word, decide again right before (R29, R42). */
export class RecipientCheck {
  readonly #options: RecipientOptions;
  readonly #isOfActivity: boolean;

  constructor(
    send: Send,
    private readonly provider: ProviderName,
  ) {
    this.#isOfActivity = send.activity !== undefined;
    this.#options = { subscription: asked(send), silent: send.message.silent === true };
  }

  /**
   * Whether the installation, as read just now, may still get what was planned for it. What was planned for Charlie does not ring on a phone that is Kim's
   * by now, and the user's own document has the last word on the subscription.
   */
  suppressionOf(columns: RecipientColumns, place: number, ownerEpoch: number): Suppression | null {
    if (!columns.isThere(place)) return 'no_token'; // unknown, or only a tombstone
    if (columns.ownerEpoch(place) !== ownerEpoch) return 'owner_changed';
    if (this.#isOfActivity && !columns.hasToken(place)) return 'no_activity_token';
    const hasToken = columns.hasToken(place) && columns.provider(place) === this.provider;
    const notificationsEnabled = columns.notificationsEnabled(place);
    return suppressionOf({ subscription: columns.subscription(place), notificationsEnabled, hasToken }, this.#options);
  }
}

/** Only a transactional send reaches those who have unsubscribed, whatever a plan says (R42). */
function asked({ options }: Send): Send['options']['subscription'] {
  return options.subscription === 'all' && options.purpose !== 'transactional' ? 'subscribed' : options.subscription;
}

/** The person switched off the channel that would show the message, which only its rendering names for sure. */
export function isMuted(message: RenderedMessage | undefined, columns: RecipientColumns, place: number): boolean {
  const channel = message?.androidChannel;
  return channel !== undefined && message?.silent !== true && columns.mutedChannels(place).includes(channel);
}
