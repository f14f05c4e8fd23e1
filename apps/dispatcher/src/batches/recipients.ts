import { PushToken, installationKey, type ProviderName } from '#libs/kernel';
import {
  suppressionOf,
  type Installation,
  type InstallationRepository,
  type RecipientExtra,
  type RecipientInstallation,
} from '#libs/registry';
import { SHARED_RECIPIENT, type PageEntry, type RenderedMessage, type Send, type SharedAddress, type Suppression } from '#libs/sends';
import type { CompiledMessage } from '#libs/templates';

/** Installations and what their users say, as they were at one instant. */
export interface Recipients {
  /** When reading began, ms: nothing they say is newer. */
  readonly readAt: number;
  /** At the places of the entries that were read; undefined: unknown, or a tombstone. */
  readonly installations: readonly (RecipientInstallation | undefined)[];
  /** All that is known of an installation, by its id, where texts speak of more than recipients have; otherwise empty. */
  readonly wholes: ReadonlyMap<string, Installation>;
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
    /** Entries that are best read together: fewer where reading holds the event loop, many where each query is a journey. */
    readonly atOnce: number,
  ) {}

  /** More than sending needs is read only where the texts speak of it. */
  async read({ app, audience }: Send, entries: readonly PageEntry[], now: number, message: CompiledMessage): Promise<Recipients> {
    if (audience.kind === 'shared') return { readAt: now, installations: [sharedRecipient(audience.address)], wholes: new Map() };
    const ids = entries.map(({ installationId }) => installationId);
    const wholly = message.fields('installation');
    const needsWhole = wholly === 'all' || [...wholly].some((field) => !ofRecipients.has(field));
    const wholes = needsWhole ? await this.installations.findByKeys(ids.map((id) => installationKey(app, id))) : [];
    const installations = await this.installations.findRecipients(app, ids, extrasOf(message));
    return { readAt: now, installations, wholes: new Map(wholes.map((whole) => [whole.id, whole])) };
  }
}

/** What stands for the devices behind a shared address: nobody's, and in no language. */
function sharedRecipient(address: SharedAddress): RecipientInstallation {
  return {
    id: SHARED_RECIPIENT,
    bundleId: null,
    userId: '',
    externalId: null,
    ownerEpoch: 0,
    subscription: 'subscribed',
    platform: 'android',
    provider: address.provider,
    environment: 'production',
    token: new PushToken(address.topic ?? address.condition),
    userTags: [],
    userAttributes: {},
    attributes: {},
    tokenFingerprint: null,
    tokenConfirmedAt: null,
    tokenImported: false,
    notificationsEnabled: true,
    mutedChannels: [],
    locale: null,
  };
}

function extrasOf(message: CompiledMessage): ReadonlySet<RecipientExtra> {
  const [user, installation] = [message.fields('user'), message.fields('installation')];
  const extras = new Set<RecipientExtra>();
  if (installation !== 'all' && installation.has('attributes')) extras.add('attributes');
  if (user === 'all' || user.has('externalId')) extras.add('externalId');
  if (user === 'all' || user.has('tags')) extras.add('userTags');
  if (user === 'all' || user.has('attributes')) extras.add('userAttributes');
  if (message.namesChannel) extras.add('mutedChannels');
  return extras;
}

/** An installation that may be sent to now. */
export type Addressee = RecipientInstallation & { readonly token: PushToken };

/**
 * Whether the installation, as read just now, may still get what was planned for it; otherwise why not. What was planned for Charlie
 * does not ring on a phone that is Kim's by now (R29), and the user's own document has the last word on the subscription.
 */
export function checkRecipient(
  installation: RecipientInstallation | undefined,
  ownerEpoch: number,
  send: Send,
  provider: ProviderName,
): Suppression | Addressee {
  if (!installation) return 'no_token'; // unknown, or only a tombstone
  if (installation.ownerEpoch !== ownerEpoch) return 'owner_changed';
  const { notificationsEnabled, subscription } = installation;
  const hasToken = isAddressable(installation) && installation.provider === provider;
  const silent = send.message.silent === true;
  const suppression = suppressionOf({ subscription, notificationsEnabled, hasToken }, { subscription: asked(send), silent });
  if (suppression !== null) return suppression;
  return isAddressable(installation) ? installation : 'no_token';
}

/** Only a transactional send reaches those who have unsubscribed, whatever a plan says (R42). */
function asked({ options }: Send): Send['options']['subscription'] {
  return options.subscription === 'all' && options.purpose !== 'transactional' ? 'subscribed' : options.subscription;
}

function isAddressable(installation: RecipientInstallation): installation is Addressee {
  return installation.token !== null;
}

/** The person switched off the channel that would show the message, which only its rendering names for sure. */
export function isMuted(message: RenderedMessage | undefined, { mutedChannels }: Pick<RecipientInstallation, 'mutedChannels'>): boolean {
  const channel = message?.androidChannel;
  return channel !== undefined && message?.silent !== true && mutedChannels.includes(channel);
}
