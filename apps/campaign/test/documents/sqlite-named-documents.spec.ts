import { namedDocumentsContract } from '../../src/documents/named-documents.contract.ts';
import { SqliteNamedDocuments } from '../../src/documents/sqlite-named-documents.ts';
import { openStore } from '../../src/opened-store.contract.ts';

namedDocumentsContract('SQLite', async () => new SqliteNamedDocuments(openStore().store, 'campaigns'));
