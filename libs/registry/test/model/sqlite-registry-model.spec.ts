import { openSqliteRegistry } from '../test-sqlite-registry.ts';
import { registryModelContract } from '../../src/model/registry-model.contract.ts';

registryModelContract('SQLite', openSqliteRegistry, 200);
