import { describeWithEngines } from '#libs/testing/engines';
import { registryModelContract } from '../../src/registry-model.contract.ts';
import { openMongoRegistry } from '../test-mongo-registry.ts';
import { openSqliteRegistry } from '../test-sqlite-registry.ts';

const numRuns = process.env['LONG_FORM'] === 'short' ? 100 : 2_000;

registryModelContract('SQLite', openSqliteRegistry, numRuns, 3_600_000);

describeWithEngines('many random histories on MongoDB', ({ MONGODB_URI }) => {
  registryModelContract('MongoDB', openMongoRegistry(MONGODB_URI), numRuns, 3_600_000);
});
