import type { PersonMask } from './erased-person.ts';

/** A table, or collection, of documents that may name a person. */
export interface PersonalStore {
  readonly name: string;
  /** Whether a document that names the person is rewritten without it, or goes. */
  readonly change: 'rewrite' | 'remove';
  /** Of documents of no app at all, those that name the person count as the app's. */
  readonly ofNoApp?: true;
  /** The key's last part is the person's external id. */
  readonly keyedByPerson?: true;
  /** Stores whose keys begin with the key of a document of this one; they are looked at where that one names the person. */
  readonly parts?: readonly string[];
}

/** A table, or collection, of documents that belong to apps. */
export interface AppStore {
  readonly name: string;
  /** What says whose a document is, in MongoDB: its field `app`, which an index begins with, the first part of its key, or the whole key. */
  readonly by: 'field' | 'key part' | 'key';
}

export interface PersonalSearch {
  readonly app: string;
  readonly externalId: string | null;
  readonly mask: PersonMask;
  /** Where an earlier call stopped; null: at the beginning. */
  readonly after: string | null;
}

/** Rewrites documents of stores that were not made for it. All calls may throw DependencyUnavailable. */
export abstract class PersonalRecords {
  /**
   * One bounded step through a store, in the order of its keys: documents of the app that name the person are rewritten (one that has a revision gets the next
   * one, so that whoever read it before writes nothing back), or go. Answers how many, and where to go on: null at the end. Safe to repeat.
   */
  abstract clear(store: PersonalStore, search: PersonalSearch): Promise<{ readonly removed: number; readonly after: string | null }>;
  /** Documents of an app go, whatever they say: at most `limit`. Answers how many went; 0 from a store that this runtime does not have. Safe to repeat. */
  abstract removeOfApp(store: AppStore, app: string, limit: number): Promise<number>;
}

type Document = Readonly<Record<string, unknown>>;

/** Documents looked at in one step. */
export const LOOKED_AT = 500;

/** Whether a document is the app's, or belongs to none and may be anybody's. */
export function isOfApp(document: Document, key: string, { app }: PersonalSearch, { ofNoApp }: PersonalStore): boolean {
  const own = document['app'];
  if (own === undefined || own === null) return ofNoApp === true || key.startsWith(`${app}:`);
  return own === app;
}

/** The document without the person, or `remove`; undefined where it does not name the person. */
export function changeOfDocument(
  document: Document,
  key: string,
  { mask, externalId }: PersonalSearch,
  { change, keyedByPerson }: PersonalStore,
): Document | 'remove' | undefined {
  if (keyedByPerson && externalId !== null && key.endsWith(`:${externalId}`)) return 'remove';
  if (!mask.mayBeIn(JSON.stringify(document))) return undefined;
  const masked = mask.masked(document) as Document;
  const isUnreadable = change === 'remove' && Object.values(document).some((value) => typeof value === 'string' && mask.isIn(value));
  if (masked === document && !isUnreadable) return undefined;
  return change === 'remove' ? 'remove' : withNextRevision(document, masked);
}

/** In the document, and in the JSON text that carries the same number once more. */
function withNextRevision(before: Document, masked: Document): Document {
  const revision = before['revision'];
  if (typeof revision !== 'number') return masked;
  const entries = Object.entries(masked).map(([name, value]): [string, unknown] => [name, nextIn(value, revision)]);
  return { ...Object.fromEntries(entries), revision: revision + 1 };
}

function nextIn(value: unknown, revision: number): unknown {
  if (typeof value === 'string' && value.startsWith('{')) {
    const read = JSON.parse(value) as Record<string, unknown>;
    return read['revision'] === revision ? JSON.stringify({ ...read, revision: revision + 1 }) : value;
  }
  const isNested = typeof value === 'object' && value !== null && 'revision' in value && value.revision === revision;
  return isNested ? { ...value, revision: revision + 1 } : value;
}
