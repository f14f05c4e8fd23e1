import { installationKey } from '#libs/kernel';
import type { Installation, InstallationRepository, RecipientExtra, RecipientInstallation } from '#libs/registry';
import type { PageEntry } from '#libs/sends';
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
  async read(app: string, entries: readonly PageEntry[], now: number, message: CompiledMessage): Promise<Recipients> {
    const ids = entries.map(({ installationId }) => installationId);
    const wholly = message.fields('installation');
    const needsWhole = wholly === 'all' || [...wholly].some((field) => !ofRecipients.has(field));
    const wholes = needsWhole ? await this.installations.findByKeys(ids.map((id) => installationKey(app, id))) : [];
    const installations = await this.installations.findRecipients(app, ids, extrasOf(message));
    return { readAt: now, installations, wholes: new Map(wholes.map((whole) => [whole.id, whole])) };
  }
}

function extrasOf(message: CompiledMessage): ReadonlySet<RecipientExtra> {
  const [user, installation] = [message.fields('user'), message.fields('installation')];
  const extras = new Set<RecipientExtra>();
  if (installation !== 'all' && installation.has('attributes')) extras.add('attributes');
  if (user === 'all' || user.has('externalId')) extras.add('externalId');
  if (user === 'all' || user.has('tags')) extras.add('userTags');
  if (user === 'all' || user.has('attributes')) extras.add('userAttributes');
  return extras;
}
