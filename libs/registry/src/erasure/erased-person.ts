import type { Alias } from '../alias/alias.repository.ts';

/** Whom the stores are asked for. */
export interface ErasedPerson {
  /** Null where the person had none any more: a backup from the middle of its erasure. */
  readonly externalId: string | null;
  /** The person, and whoever was merged into it and is still there. */
  readonly userIds: readonly string[];
  readonly aliases: readonly Alias[];
  /** The devices that were the person's when it was erased. */
  readonly installationIds: readonly string[];
}

/** What names a person where it stands: `{"externalId": "kim"}`, `{"to": {"users": ["kim"]}}`. Elsewhere the same word is just a word. */
const naming = new Set([
  'externalId', 'external_id', 'fromExternalId', 'from_external_id', 'toExternalId', 'to_external_id', 'previousExternalId',
  'user', 'users', 'userId', 'user_id', 'fromUser', 'from_user', 'toUser', 'to_user', 'intoUserId', 'previousUserId', 'fromUserId',
  'from', 'into',
]); // prettier-ignore
/** What an object that names a person says of it. */
const sayings = ['variables', 'attributes', 'properties', 'event', 'events', 'tags', 'email', 'phone'];
/** What we wrote for people to read, and may have put a name into. */
const prose = new Set(['message', 'detail', 'reason', 'pointer', 'error', 'stateReason']);
/** A name shorter than this may be any word of prose. */
const tellingLength = 6;
const blank = { title: 'erased' };

export interface MaskOptions {
  readonly pseudonym: (name: string) => string;
  /** Documents that name the person's devices alone speak of it, too. */
  readonly devices: boolean;
}

/**
 * Takes a person out of documents, whatever they are: its names become pseudonyms, and what is said of it goes. A text that is JSON is looked into. What does not
 * name the person stays as it is, and is the same value.
 */
export class PersonMask {
  readonly #names: ReadonlySet<string>;
  readonly #everywhere: ReadonlySet<string>;
  readonly #aliases: ReadonlySet<string>;
  readonly #telling: RegExp | undefined;
  /** A document whose JSON holds none of these does not name the person. */
  readonly #hints: readonly string[];

  constructor(
    private readonly person: ErasedPerson,
    private readonly options: MaskOptions,
  ) {
    const { externalId, userIds, aliases, installationIds } = person;
    this.#names = new Set([...(externalId === null ? [] : [externalId]), ...userIds]);
    this.#everywhere = new Set([...userIds, ...(options.devices ? installationIds : [])]);
    this.#aliases = new Set(aliases.map(({ label, name }) => `${label}:${name}`));
    const telling = [...this.#names].filter((name) => name.length >= tellingLength).map(escaped);
    if (telling.length > 0) this.#telling = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${telling.join('|')})(?![\\p{L}\\p{N}_-])`, 'gu');
    this.#hints = [...this.#names, ...installationIds, ...aliases.map(({ name }) => name)].map(written);
  }

  /** Whether a text may name the person, before it is read: quick, and right where it says no. */
  mayBeIn(text: string): boolean {
    return this.#hints.some((hint) => text.includes(hint) || text.includes(written(hint)));
  }

  /** Whether a text that is no JSON holds a name that is long enough to be told from other words. */
  isIn(text: string): boolean {
    return this.#telling !== undefined && text.search(this.#telling) >= 0;
  }

  /** The value without the person; the very same where it does not name it. */
  masked(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return this.#text(value, key);
    if (Array.isArray(value))
      return sameOr(
        value,
        value.map((one) => this.masked(one, key)),
      );
    return isRecord(value) ? this.#record(value, key) : value;
  }

  #text(text: string, key: string): string {
    if (naming.has(key) && this.#names.has(text)) return this.options.pseudonym(text);
    if (this.#everywhere.has(text)) return this.options.pseudonym(text);
    if (naming.has(key) && this.#aliases.has(text)) return this.options.pseudonym(text);
    if (/^[[{]/.test(text) && this.mayBeIn(text)) return this.#json(text);
    return prose.has(key) && this.#telling ? text.replace(this.#telling, (name) => this.options.pseudonym(name)) : text;
  }

  #json(text: string): string {
    try {
      const read: unknown = JSON.parse(text);
      const masked = this.masked(read);
      return masked === read ? text : JSON.stringify(masked);
    } catch {
      return text;
    }
  }

  #record(record: Readonly<Record<string, unknown>>, key: string): unknown {
    if (this.#isAlias(record)) return { ...record, name: this.options.pseudonym(`${String(record['label'])}:${String(record['name'])}`) };
    const entries = Object.entries(record);
    const masked = entries.map(([name, value]): [string, unknown] => [
      naming.has(key) && this.#names.has(name) ? this.options.pseudonym(name) : name,
      this.masked(value, name),
    ]);
    const isSame = masked.every(([name, value], at) => {
      const [before, was] = entries[at] ?? [];
      return name === before && value === was;
    });
    const own = this.#withoutPositions(record) ?? (isSame ? record : Object.fromEntries(masked));
    const names = entries.some(([name, value]) => this.#namesPerson(name, value));
    const left = names ? Object.fromEntries(Object.entries(own).filter(([name]) => !sayings.includes(name))) : own;
    return this.#isForPersonAlone(record) ? emptied(left) : left;
  }

  #namesPerson(key: string, value: unknown): boolean {
    if (typeof value === 'string')
      return (naming.has(key) && this.#names.has(value)) || (key === 'installation' && this.person.installationIds.includes(value));
    return key === 'alias' && isRecord(value) && this.#isAlias(value);
  }

  #isAlias({ label, name }: Readonly<Record<string, unknown>>): boolean {
    return typeof label === 'string' && typeof name === 'string' && this.#aliases.has(`${label}:${name}`);
  }

  /** Recipients packed as parallel lists: what is kept by their places. */
  #withoutPositions(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
    const ids = record['keys'] ?? record['ids'];
    const variables = record['variables'];
    if (!Array.isArray(ids) || !isRecord(variables)) return undefined;
    const isDevice = (id: unknown) => this.person.installationIds.some((own) => id === own || String(id).endsWith(`:${own}`));
    const kept = Object.entries(variables).filter(([at]) => !isDevice(ids[Number(at)]));
    return kept.length === Object.keys(variables).length ? undefined : { ...record, variables: Object.fromEntries(kept) };
  }

  /** A send, or a body of one, that names nobody else: its texts are about the person. */
  #isForPersonAlone({ to, target, message }: Readonly<Record<string, unknown>>): boolean {
    const of = isRecord(to) ? to : target;
    const users = isRecord(of) ? of['users'] : undefined;
    if (!isRecord(message) || !Array.isArray(users) || users.length === 0) return false;
    return users.every((user) => this.#names.has(String(isRecord(user) ? user['externalId'] : user)));
  }
}

function emptied(send: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { event: _, ...rest } = send;
  return {
    ...rest,
    message: blank,
    ...('variables' in rest && { variables: {} }),
    ...('metadata' in rest && { metadata: {} }),
  };
}

function sameOr(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((one, at) => one === before[at]) ? before : after;
}

/** As JSON writes it, without its quotes. */
function written(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
