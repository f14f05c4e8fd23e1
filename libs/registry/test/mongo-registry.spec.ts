import { describeWithEngines } from '#libs/testing/engines';
import { QueryNotes } from '#libs/testing/store';
import { activityTokensContract } from '../src/activity/activity-tokens.contract.ts';
import { audienceContract } from '../src/audience/audience.contract.ts';
import { filterContract } from '../src/audience/filter.contract.ts';
import { selectionContract } from '../src/audience/selection.contract.ts';
import { exportContract } from '../src/export/export.contract.ts';
import { importContract } from '../src/import/import.contract.ts';
import { installationRepositoryContract } from '../src/installation/installation.repository.contract.ts';
import { recipientsContract } from '../src/installation/recipients.contract.ts';
import { tokenLedgerContract } from '../src/ledger/token-ledger.contract.ts';
import { registryCollections } from '../src/mongo-registry.ts';
import { registryContract } from '../src/registry.contract.ts';
import { userRepositoryContract } from '../src/user/user.repository.contract.ts';
import { openMongoRegistry } from './test-mongo-registry.ts';

describeWithEngines('the registry on MongoDB', ({ MONGODB_URI }) => {
  const open = openMongoRegistry(MONGODB_URI);
  const notes = new QueryNotes();

  beforeAll(async () => {
    await notes.start();
  });

  afterAll(() => {
    notes.stop();
  });

  installationRepositoryContract('MongoDB', open);
  userRepositoryContract('MongoDB', open);
  recipientsContract('MongoDB', open);
  importContract('MongoDB', open);
  exportContract('MongoDB', open);
  tokenLedgerContract('MongoDB', open);
  activityTokensContract('MongoDB', open);
  selectionContract('MongoDB', open);
  audienceContract('MongoDB', open);
  filterContract('MongoDB', open, 8);
  registryContract('MongoDB', open, 100);

  it('asks of MongoDB only what a declared index serves', () => {
    expect(notes.unserved(registryCollections)).toEqual([]);
  });
});
