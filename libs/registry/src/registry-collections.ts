import { installationsCollection } from './mongo-installation-document.ts';
import { tokenLedgerCollection } from './mongo-token-ledger.ts';
import { usersCollection } from './mongo-user.repository.ts';

/** What the registry keeps in MongoDB. */
export const registryCollections = [installationsCollection, usersCollection, tokenLedgerCollection] as const;
