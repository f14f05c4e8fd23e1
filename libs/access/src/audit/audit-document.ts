import type { OutboxEntry, WriteLines } from '#libs/messaging';
import { mongoCollection, wereAllThere, type MongoDocument, type MongoStore } from '#libs/storage';
import type { AuditLine } from './audit-line.ts';

export interface AuditDocument extends MongoDocument, Omit<AuditLine, 'id'> {}

export const auditCollection = mongoCollection<AuditDocument>(
  'audit',
  { at: Number, app: String, actor: String, action: String, target: String, fields: [String] },
  [{ fields: { at: -1, _id: -1 } }, { fields: { app: 1, at: -1, _id: -1 } }],
);

/** A line on its way: it stands in the document whose change it tells of until it is in the log. */
export function auditEntry({ id, ...line }: AuditLine): OutboxEntry {
  return { id, kind: 'line', line: { _id: id, ...line } };
}

/** Appends lines that left a document; a line that is there already stays as it is. */
export function auditLinesTo(store: MongoStore): WriteLines {
  const documents = store.model(auditCollection);
  return async (lines) => {
    try {
      await documents.insertMany(lines as unknown as AuditDocument[], { ordered: false, lean: true });
    } catch (error) {
      if (!wereAllThere(error)) throw error;
    }
  };
}
