import { registryModelContract } from '../../src/registry-model.contract.ts';
import { openSqliteRegistry } from '../test-sqlite-registry.ts';

registryModelContract('SQLite', openSqliteRegistry, 200);
