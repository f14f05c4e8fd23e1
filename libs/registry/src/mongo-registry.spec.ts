import { describeWithEngines } from '#libs/engines';
import { audienceContract } from './audience/audience.contract.ts';
import { selectionContract } from './audience/selection.contract.ts';
import { installationRepositoryContract } from './installation.repository.contract.ts';
import { registryContract } from './registry.contract.ts';
import { openMongoRegistry } from './test-mongo-registry.ts';
import { tokenLedgerContract } from './token-ledger.contract.ts';
import { userRepositoryContract } from './user.repository.contract.ts';

describeWithEngines('the registry on MongoDB', ({ MONGODB_URI }) => {
  const open = openMongoRegistry(MONGODB_URI);

  installationRepositoryContract('MongoDB', open);
  userRepositoryContract('MongoDB', open);
  tokenLedgerContract('MongoDB', open);
  selectionContract('MongoDB', open);
  audienceContract('MongoDB', open);
  registryContract('MongoDB', open, 100);
});
