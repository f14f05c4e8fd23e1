import { PushToken, installationKey, type ProviderName } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { attributes as attributesKind, texts } from '../field-kinds.ts';
import { fingerprintIn } from '../token/token.ts';
import { followMerges, type UsersById } from '../user/user.repository.ts';
import type { Subscription, User } from '../user/user.ts';
import { RECIPIENT_EXTRAS, type RecipientExtra, type RecipientInstallation } from './installation.repository.ts';
import type { Environment, Installation, Platform } from './installation.ts';

type Tuple = readonly SQLOutputValue[];
type Extras = ReadonlySet<RecipientExtra>;

/** In the order in which `recipientFrom` takes them; the flags in one number, because each value that crosses over from SQLite costs as much as its reading. */
const base = `asked.key, i.user_id, i.owner_epoch, coalesce(u.subscription, i.subscription), i.platform, i.provider, i.environment, i.bundle_id,
  i.token_key, i.token, i.token_confirmed_at, i.locale,
  i.token_imported + 2 * i.notifications_enabled + 4 * (u.merged_into IS NOT NULL) + 8 * (u.user_id IS NULL)`;
const flag = { imported: 1, enabled: 2, merged: 4, ownerless: 8 } as const;
const columnOf: Readonly<Record<RecipientExtra, string>> = {
  attributes: 'i.attributes',
  externalId: 'u.external_id',
  userTags: 'u.tags',
  userAttributes: 'u.attributes',
  mutedChannels: "i.details ->> '$.mutedChannels'",
};
/** In the order of the keys, which lie together in the table: one walk along it, each owner looked up beside. */
const from = 'FROM json_each(?) AS asked CROSS JOIN installations AS i ON i.key = asked.value LEFT JOIN users AS u';
const ofOwner = 'ON u.app = i.app AND u.user_id = i.user_id';
const alive = 'WHERE i.deleted_at IS NULL';
/** Who is not found is subscribed and was never merged, or is not there at all. The index holds few, and to look into it is all that it takes. */
const unusualOnly = `${from} INDEXED BY users_unusual ${ofOwner} AND (u.subscription <> 'subscribed' OR u.merged_into IS NOT NULL) ${alive}`;
const everyOwner = `${from} ${ofOwner} ${alive}`;
const ofUsers: readonly RecipientExtra[] = ['externalId', 'userTags', 'userAttributes'];

/** In the order of RECIPIENT_EXTRAS. */
const nothing: Tuple = ['{}', null, '[]', '{}', '[]'];
const noTags: readonly string[] = [];
const baseColumns = 13;

/** One call, and what was found of it so far. */
interface Asked {
  readonly app: string;
  readonly ids: readonly string[];
  readonly keys: readonly string[];
  readonly extras: Extras;
  readonly found: (RecipientInstallation | undefined)[];
}

interface Read {
  readonly at: number;
  readonly flags: number;
  readonly recipient: RecipientInstallation;
}

/** Reads recipients of messages with the word of their owners, in one statement for each set of extras. */
export class SqliteRecipients {
  constructor(
    private readonly store: SqliteStore,
    private readonly usersById: UsersById,
    private readonly findByKeys: (keys: readonly string[]) => Promise<readonly Installation[]>,
  ) {}

  async find(app: string, ids: readonly string[], extras: Extras): Promise<readonly (RecipientInstallation | undefined)[]> {
    const asked: Asked = {
      app,
      ids,
      keys: ids.map((id) => installationKey(app, id)),
      extras,
      found: Array<RecipientInstallation | undefined>(ids.length).fill(undefined),
    };
    const everyone = [...ids.keys()];
    if (ofUsers.some((extra) => extras.has(extra))) await this.#readWithOwners(asked, everyone);
    else {
      const unsure = this.#read(asked, everyone, unusualOnly, ({ recipient, flags }) =>
        (flags & flag.ownerless) !== 0 ? recipient.subscription !== 'subscribed' : (flags & flag.merged) !== 0,
      );
      // A copy that says something else: of what the user was, or of a user that is not there.
      if (unsure.length > 0) await this.#readWithOwners(asked, unsure);
    }
    return asked.found;
  }

  async #readWithOwners(asked: Asked, places: readonly number[]): Promise<void> {
    const merged: number[] = [];
    const ownerless = this.#read(asked, places, everyOwner, ({ at, flags }) => {
      if ((flags & flag.merged) !== 0) merged.push(at);
      return (flags & flag.ownerless) !== 0;
    });
    if (merged.length > 0) ownerless.push(...(await this.#follow(asked, merged)));
    if (ownerless.length > 0) await this.#copy(asked, ownerless);
  }

  /** Fills in what is there. Answers the places that are noteworthy. */
  #read({ ids, keys, extras, found }: Asked, places: readonly number[], source: string, isNoteworthy: (read: Read) => boolean): number[] {
    const columns = RECIPIENT_EXTRAS.filter((extra) => extras.has(extra)).map((extra) => `, ${columnOf[extra]}`);
    const statement = this.store.sql(`SELECT ${base}${columns.join('')} ${source}`);
    const noteworthy: number[] = [];
    for (const tuple of statement.tuples(JSON.stringify(places.map((at) => keys[at])))) {
      const at = places[tuple[0] as number] ?? 0;
      const flags = tuple[12] as number;
      const recipient = recipientFrom(ids[at] ?? '', tuple, flags, extras);
      found[at] = recipient;
      if (isNoteworthy({ at, flags, recipient })) noteworthy.push(at);
    }
    return noteworthy;
  }

  /** Gives those whose user was merged the one that it has become. Answers where there is none. */
  async #follow({ app, found }: Asked, merged: readonly number[]): Promise<readonly number[]> {
    const asked = await this.usersById(app, [...new Set(merged.map((at) => found[at]?.userId ?? ''))]);
    const last = await followMerges(asked, this.usersById);
    const became = new Map(asked.map(({ userId }, at) => [userId, last[at]]));
    return merged.filter((at) => {
      const recipient = found[at];
      const user = recipient && became.get(recipient.userId);
      if (user) found[at] = { ...recipient, ...ownersWord(user) };
      return user === undefined;
    });
  }

  /** Gives those whose user is not there the copies that they carry. */
  async #copy({ keys, found, extras }: Asked, ownerless: readonly number[]): Promise<void> {
    const wholes = await this.findByKeys(ownerless.map((at) => keys[at] ?? ''));
    const byKey = new Map(wholes.map((whole) => [whole.key, whole]));
    for (const at of ownerless) {
      const recipient = found[at];
      const whole = byKey.get(keys[at] ?? '');
      if (!recipient || !whole) continue;
      const { subscription, userId, externalId, userTags, userAttributes } = whole;
      const copies = extras.size > 0 && { externalId, userTags, userAttributes };
      found[at] = { ...recipient, userId, subscription, ...copies };
    }
  }
}

/** What a user says in the place of its copies. */
function ownersWord({ userId, externalId, subscription, tags, attributes }: User) {
  return { userId, externalId, subscription, userTags: tags, userAttributes: attributes };
}

function recipientFrom(id: string, tuple: Tuple, flags: number, extras: Extras): RecipientInstallation {
  const tokenKey = tuple[8] as string | null;
  const [attributes, externalId, userTags, userAttributes, mutedChannels] = extras.size === 0 ? nothing : extrasFrom(tuple, extras);
  return {
    id,
    userId: tuple[1] as string,
    externalId: externalId as string | null,
    ownerEpoch: tuple[2] as number,
    subscription: tuple[3] as Subscription,
    userTags: textsFrom(userTags),
    userAttributes: attributesKind.fromColumn(userAttributes ?? null),
    platform: tuple[4] as Platform,
    provider: tuple[5] as ProviderName,
    environment: tuple[6] as Environment,
    bundleId: tuple[7] as string | null,
    token: tokenKey === null ? null : new PushToken(tuple[9] as string),
    tokenFingerprint: tokenKey === null ? null : fingerprintIn(tokenKey),
    tokenConfirmedAt: tuple[10] as number | null,
    tokenImported: (flags & flag.imported) !== 0,
    notificationsEnabled: (flags & flag.enabled) !== 0,
    locale: tuple[11] as string | null,
    attributes: attributesKind.fromColumn(attributes ?? null),
    mutedChannels: textsFrom(mutedChannels),
  };
}

function textsFrom(text: SQLOutputValue | undefined): readonly string[] {
  return text === '[]' ? noTags : texts.fromColumn(text ?? null);
}

function extrasFrom(tuple: Tuple, extras: Extras): Tuple {
  let at = baseColumns;
  return RECIPIENT_EXTRAS.map((extra, place) => (extras.has(extra) ? (tuple[at++] ?? nothing[place] ?? null) : (nothing[place] ?? null)));
}
