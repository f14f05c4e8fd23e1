import type { MongoCollection } from '#libs/storage';
import { appCollection } from './apps/app-document.ts';
import { auditCollection } from './audit/audit-document.ts';
import { errandCollection } from './errands/mongo-errand-desk.ts';
import { credentialCollection } from './credentials/credential-document.ts';
import { haltCollection } from './halts/mongo-halt.repository.ts';
import { apiKeyCollection } from './keys/api-key-document.ts';
import { sealingCollection } from './sealing/mongo-sealing-store.ts';

/** The collections of apps, keys, credentials, halts and audit. */
export const accessCollections: readonly MongoCollection[] = [
  appCollection,
  apiKeyCollection,
  credentialCollection,
  errandCollection,
  haltCollection,
  auditCollection,
  sealingCollection,
];
