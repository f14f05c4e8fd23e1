import { describeWithEngines } from '#libs/testing/engines';
import { QueryNotes } from '#libs/testing/store';
import { audienceContract } from '../src/audience/audience.contract.ts';
import { selectionContract } from '../src/audience/selection.contract.ts';
import { installationRepositoryContract } from '../src/installation.repository.contract.ts';
import { recipientsContract } from '../src/recipients.contract.ts';
import { registryContract } from '../src/registry.contract.ts';
import { registryCollections } from '../src/registry-collections.ts';
import { openMongoRegistry } from './test-mongo-registry.ts';
import { tokenLedgerContract } from '../src/token-ledger.contract.ts';
import { userRepositoryContract } from '../src/user.repository.contract.ts';

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
  tokenLedgerContract('MongoDB', open);
  selectionContract('MongoDB', open);
  audienceContract('MongoDB', open);
  registryContract('MongoDB', open, 100);

  it('asks of MongoDB only what a declared index serves', () => {
    expect(notes.unserved(registryCollections)).toEqual([]);
  });
});
