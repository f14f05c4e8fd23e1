import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import type { StoredCredential } from './credential.ts';

/** Its id is `app:provider`. */
export interface CredentialDocument extends OutboxDocument, StoredCredential {}

export const credentialCollection = mongoCollection<CredentialDocument>(
  'credentials',
  {
    ...{ app: String, provider: String, revision: Number, simulated: Boolean, bundleIds: [String] },
    ...{ sealed: String, fingerprint: String, expiresAt: Number, updatedAt: Number, previous: Object },
    ...outboxFields,
  },
  [outboxIndex],
);
