import { describeWithEngines } from '#libs/testing/engines';
import { registryModelContract } from '../../src/registry-model.contract.ts';
import { registryOvertakenContract } from '../../src/registry-overtaken.contract.ts';
import { openMongoRegistry } from '../test-mongo-registry.ts';

describeWithEngines('random histories on MongoDB', ({ MONGODB_URI }) => {
  registryModelContract('MongoDB', openMongoRegistry(MONGODB_URI), 40);
  registryOvertakenContract('MongoDB', openMongoRegistry(MONGODB_URI));
});
