/** What a person writes and keeps under a name of an app. */
export interface NamedDocument {
  readonly app: string;
  readonly id: string;
  /** 1 at first, +1 with every write. */
  readonly revision: number;
  /** ms */
  readonly createdAt: number;
  /** ms */
  readonly updatedAt: number;
}

/** What a person says of a document. */
export type Written<T extends NamedDocument> = Omit<T, keyof NamedDocument>;

const atOnce = 500;

/** Documents of one kind, by app and id. All calls may throw DependencyUnavailable. */
export abstract class NamedDocuments<T extends NamedDocument> {
  abstract findById(app: string, id: string): Promise<T | undefined>;
  /** By id, after the given one; at most 1,001. */
  abstract list(app: string, after: string | undefined, limit: number): Promise<readonly T[]>;
  /** Stores it if the stored revision is `document.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract save(document: T): Promise<void>;
  /** Writes it anew over `current`, or for the first time; answers it as stored. Throws StaleRevision if another write came in between. `now`: ms. */
  async write(app: string, id: string, written: Written<T>, current: T | undefined, now: number): Promise<T> {
    const revision = (current?.revision ?? 0) + 1;
    const document = { ...written, app, id, revision, createdAt: current?.createdAt ?? now, updatedAt: now } as unknown as T;
    await this.save(document);
    return document;
  }

  /** Ids of those that are meant, in order, at most `most`. */
  async idsWhere(app: string, isMeant: (document: T) => boolean, most: number): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let after: string | undefined; ids.length < most;) {
      const some = await this.list(app, after, atOnce);
      ids.push(...some.filter(isMeant).map(({ id }) => id));
      after = some.at(-1)?.id;
      if (some.length < atOnce) break;
    }
    return ids.slice(0, most);
  }

  /** Removes it if the stored revision is `document.revision`. Throws StaleRevision. */
  abstract delete(document: T): Promise<void>;
}
