import { mongoCollection, type MongoDocument, type MongoStore, type SqliteStore } from '#libs/storage';
import type { Model, QueryFilter } from 'mongoose';

/** A table or collection whose rows keep JSON as `document`, with texts in it that are sealed. */
export interface SealedDocuments {
  readonly name: string;
  /** The place that the sealed texts of a document are bound to. */
  readonly boundTo: (document: never) => string;
}

export interface SealedDocument {
  readonly key: string | number;
  readonly document: string;
}

/** Reads and exchanges the documents of one `SealedDocuments`, by their keys. */
export abstract class SealedDocumentStore {
  /** Those behind a key (null: from the first on), at most `limit`. */
  abstract after(key: SealedDocument['key'] | null, limit: number): Promise<readonly SealedDocument[]>;
  /** False, and nothing is changed, where the document is not `before.document` any more. */
  abstract exchange(before: SealedDocument, document: string): Promise<boolean>;
}

export class SqliteSealedDocumentStore extends SealedDocumentStore {
  constructor(
    private readonly store: SqliteStore,
    private readonly name: string,
  ) {
    super();
  }

  async after(key: number | null, limit: number): Promise<readonly SealedDocument[]> {
    const isThere = this.store.sql("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(this.name);
    if (!isThere) return []; // of a version that did not have it yet
    return this.store
      .sql(`SELECT rowid AS key, document FROM ${this.name} WHERE rowid > ? ORDER BY rowid LIMIT ?`)
      .all(key ?? 0, limit)
      .map((row) => ({ key: Number(row['key']), document: String(row['document']) }));
  }

  async exchange({ key, document: before }: SealedDocument, document: string): Promise<boolean> {
    const change = this.store.sql(`UPDATE ${this.name} SET document = ? WHERE rowid = ? AND document = ?`);
    return this.store.write(() => change.run(document, key, before).changes > 0);
  }
}

interface Row extends MongoDocument {
  readonly document: string;
}

export class MongoSealedDocumentStore extends SealedDocumentStore {
  readonly #rows: Model<Row>;

  constructor(store: MongoStore, name: string) {
    super();
    this.#rows = store.model(mongoCollection<Row>(name, { document: String }));
  }

  async after(key: string | null, limit: number): Promise<readonly SealedDocument[]> {
    const behind = { _id: { $gt: key ?? '' } } as QueryFilter<Row>;
    const found = await this.#rows.find(behind, { document: 1 }).sort({ _id: 1 }).limit(limit).lean<Row[]>();
    return found.map(({ _id, document }) => ({ key: _id, document }));
  }

  async exchange({ key, document: before }: SealedDocument, document: string): Promise<boolean> {
    const { modifiedCount } = await this.#rows.updateOne({ _id: String(key), document: before }, { $set: { document } });
    return modifiedCount > 0;
  }
}
