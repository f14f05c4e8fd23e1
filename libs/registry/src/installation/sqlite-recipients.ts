import { PROVIDERS, installationKey } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { placeInSql } from '../field-kinds.ts';
import { followMerges, type UsersById } from '../user/user.repository.ts';
import { SUBSCRIPTIONS, type User } from '../user/user.ts';
import { ENVIRONMENTS, PLATFORMS } from './installation.ts';
import {
  RECIPIENT_EXTRAS,
  RecipientColumns,
  type RecipientExtra,
  type RecipientQuery,
  type RecipientRest,
  type RecipientValues,
} from './recipient-columns.ts';

type Tuple = readonly SQLOutputValue[];

/** The owner's own where its document is there and is not merged, which is followed; else the installation's copy. */
const ownOr = (own: string, copy: string) => `iif(u.user_id IS NULL OR u.merged_into IS NOT NULL, ${copy}, ${own})`;

interface Words {
  readonly subscription: string;
  readonly merged: string;
  readonly extra: Readonly<Record<RecipientExtra, string>>;
}

const ofInstallation = { attributes: 'i.attributes', userId: 'i.user_id', mutedChannels: "i.details ->> '$.mutedChannels'" };
/** Where no owner has anything to say that its copies do not. */
const copied: Words = {
  subscription: 'i.subscription',
  merged: '0',
  extra: { ...ofInstallation, externalId: 'i.external_id', userTags: 'i.user_tags', userAttributes: 'i.user_attributes' },
};
const own: Words = {
  subscription: ownOr('u.subscription', 'i.subscription'),
  merged: 'u.merged_into IS NOT NULL',
  extra: {
    ...ofInstallation,
    externalId: ownOr('u.external_id', 'i.external_id'),
    userTags: ownOr('u.tags', 'i.user_tags'),
    userAttributes: ownOr('u.attributes', 'i.user_attributes'),
  },
};

/** What is a word or a flag, in one number: each value that crosses over from SQLite costs as much as its reading. The bits are those of `flag`. */
const flag = {
  imported: 1,
  enabled: 2,
  merged: 4,
  environment: 3,
  subscription: 4,
  provider: 6,
  platform: 10,
  dropped: 14,
  epoch: 15,
} as const;
const flagsOf = ({ subscription, merged }: Words) =>
  `i.token_imported + 2 * i.notifications_enabled + 4 * (${merged}) + 8 * ${placeInSql('i.environment', ENVIRONMENTS)}
    + 16 * ${placeInSql(subscription, SUBSCRIPTIONS)} + 64 * ${placeInSql('i.provider', PROVIDERS)} + 1024 * ${placeInSql('i.platform', PLATFORMS)}
    + 16384 * (i.dropped_since IS NOT NULL) + 32768 * i.owner_epoch`;
/** In the order in which `valuesOf` takes them, then the extras. */
const columnsOf = (words: Words, extras: ReadonlySet<RecipientExtra>) =>
  ['i.id', flagsOf(words), 'i.token', 'i.token_key', 'i.token_confirmed_at', 'i.bundle_id', 'i.locale']
    .concat(RECIPIENT_EXTRAS.filter((extra) => extras.has(extra)).map((extra) => words.extra[extra]))
    .join(', ');
const baseColumns = 7;

const alive = 'i.deleted_at IS NULL';
/** One walk along the table; the plus keeps the key the way in. */
const inRange = `FROM installations AS i WHERE i.key >= ? AND i.key <= ? AND +i.provider = ? AND ${alive} ORDER BY i.key LIMIT ?`;
/** In the order of the keys, which lie together in the table. */
const byKeys = 'FROM json_each(?) AS asked CROSS JOIN installations AS i ON i.key = asked.value';
const anyAhead = 'SELECT 1 FROM users_ahead WHERE app = ? LIMIT 1';
const ahead = `SELECT i.id ${byKeys} CROSS JOIN users_ahead AS a ON a.app = i.app AND a.user_id = i.user_id`;
const withOwners = `${byKeys} LEFT JOIN users AS u ON u.app = i.app AND u.user_id = i.user_id WHERE ${alive}`;

/** Reads recipients of messages with the word of their owners: the copies that installations carry, and users only where those may say something else. */
export class SqliteRecipients {
  constructor(
    private readonly store: SqliteStore,
    private readonly usersById: UsersById,
  ) {}

  async read({ app, ids, extras, allOf }: RecipientQuery): Promise<RecipientColumns> {
    const columns = new RecipientColumns(ids);
    if (ids.length === 0) return columns;
    const reading = new Reading(this.store, app, columns, extras);
    const missing = allOf === undefined ? [...ids.keys()] : reading.range(allOf);
    if (missing.length > 0) reading.keyed(missing, copied, `${byKeys} WHERE ${alive}`);
    const merged = reading.withOwners();
    if (merged.length > 0) await this.#follow(app, columns, merged);
    return columns;
  }

  /** Gives those whose user was merged the one that it has become, where there is one. */
  async #follow(app: string, columns: RecipientColumns, merged: readonly number[]): Promise<void> {
    const known = this.store.sql(`SELECT i.id, i.user_id ${byKeys}`).tuples(keysOf(app, columns.ids, merged));
    const userOf = new Map(known.map(([id, userId]) => [id as string, userId as string]));
    const asked = await this.usersById(app, [...new Set(userOf.values())]);
    const last = await followMerges(asked, this.usersById);
    const became = new Map(asked.map(({ userId }, at) => [userId, last[at]]));
    for (const place of merged) {
      const user = became.get(userOf.get(columns.ids[place] ?? '') ?? '');
      if (user) columns.say(place, SUBSCRIPTIONS.indexOf(user.subscription), wordOf(user));
    }
  }
}

function wordOf({ userId, externalId, tags, attributes }: User): RecipientRest {
  return { userId, externalId, userTags: tags, userAttributes: attributes };
}

/** The statements of one call, which run at one instant. */
class Reading {
  constructor(
    private readonly store: SqliteStore,
    private readonly app: string,
    private readonly columns: RecipientColumns,
    private readonly extras: ReadonlySet<RecipientExtra>,
  ) {}

  /** Fills in what the range has. Answers who is not in it: gone, with another provider by now, or beyond what one range is worth. */
  range(provider: string): number[] {
    const { ids } = this.columns;
    const [from, to] = [installationKey(this.app, ids[0] ?? ''), installationKey(this.app, ids.at(-1) ?? '')];
    const rows = this.#rows(copied, inRange, [from, to, provider, 2 * ids.length + 100]);
    const missing: number[] = [];
    let placeOf: Map<string, number> | undefined; // nearly always a row is the next that is asked for
    let next = 0;
    for (const row of rows) {
      const id = row[0] as string;
      const place = ids[next] === id ? next : (placeOf ??= new Map(ids.map((one, at) => [one, at]))).get(id);
      if (place === undefined) continue; // nobody has asked for it
      for (; next < place; next += 1) missing.push(next);
      this.#put(place, row);
      next = place + 1;
    }
    for (; next < ids.length; next += 1) missing.push(next);
    return missing;
  }

  /** Fills in what is found under the keys of these places. Answers whose owners were merged. */
  keyed(places: readonly number[], words: Words, source: string): number[] {
    const placeOfId = new Map(places.map((place) => [this.columns.ids[place] ?? '', place]));
    const merged: number[] = [];
    for (const row of this.#rows(words, source, [keysOf(this.app, this.columns.ids, places)])) {
      const place = placeOfId.get(row[0] as string);
      if (place === undefined) continue;
      this.#put(place, row);
      if (((row[1] as number) & flag.merged) !== 0) merged.push(place);
    }
    return merged;
  }

  /** Reads those again whose owners may say something else than the copies. Answers whose owners were merged. */
  withOwners(): number[] {
    if (!this.store.sql(anyAhead).get(this.app)) return [];
    const { ids } = this.columns;
    const found = new Set(
      this.store
        .sql(ahead)
        .tuples(keysOf(this.app, ids, [...ids.keys()]))
        .map(([id]) => id),
    );
    const places = [...ids.keys()].filter((place) => found.has(ids[place] ?? ''));
    return places.length === 0 ? [] : this.keyed(places, own, withOwners);
  }

  #rows(words: Words, source: string, parameters: SQLInputValue[]): Tuple[] {
    return this.store.sql(`SELECT ${columnsOf(words, this.extras)} ${source}`).tuples(...parameters);
  }

  #put(place: number, row: Tuple): void {
    this.columns.put(place, valuesOf(row), this.extras.size === 0 ? undefined : restOf(row, this.extras));
  }
}

function keysOf(app: string, ids: readonly string[], places: readonly number[]): string {
  return JSON.stringify(places.map((place) => installationKey(app, ids[place] ?? '')));
}

/** Of the row that is taken in now: one object for all of them, because one each would live for no time at all, a thousand times a second. */
const values: { -readonly [Field in keyof RecipientValues]: RecipientValues[Field] } = {
  ownerEpoch: 0,
  subscription: 0,
  platform: 0,
  provider: 0,
  environment: 0,
  token: null,
  tokenKey: null,
  tokenConfirmedAt: null,
  bundleId: null,
  locale: null,
  tokenImported: false,
  notificationsEnabled: false,
  isDropped: false,
};

/** The same object each time. */
function valuesOf(row: Tuple): RecipientValues {
  const flags = row[1] as number;
  values.ownerEpoch = Math.floor(flags / (1 << flag.epoch));
  values.subscription = (flags >>> flag.subscription) & 3;
  values.platform = (flags >>> flag.platform) & 15;
  values.provider = (flags >>> flag.provider) & 15;
  values.environment = (flags >>> flag.environment) & 1;
  values.token = row[2] as string | null;
  values.tokenKey = row[3] as string | null;
  values.tokenConfirmedAt = row[4] as number | null;
  values.bundleId = row[5] as string | null;
  values.locale = row[6] as string | null;
  values.tokenImported = (flags & flag.imported) !== 0;
  values.notificationsEnabled = (flags & flag.enabled) !== 0;
  values.isDropped = ((flags >>> flag.dropped) & 1) !== 0;
  return values;
}

function restOf(row: Tuple, extras: ReadonlySet<RecipientExtra>): RecipientRest {
  const rest: Partial<Record<RecipientExtra, SQLOutputValue>> = {};
  let at = baseColumns;
  for (const extra of RECIPIENT_EXTRAS) if (extras.has(extra)) rest[extra] = row[at++] ?? null;
  return rest as RecipientRest;
}
