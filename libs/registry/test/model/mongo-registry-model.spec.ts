import { describeWithEngines } from '#libs/testing/engines';
import { openMongoRegistry } from '../test-mongo-registry.ts';
import { registryModelContract } from '../../src/model/registry-model.contract.ts';

describeWithEngines('random histories on MongoDB', ({ MONGODB_URI }) => {
  registryModelContract('MongoDB', openMongoRegistry(MONGODB_URI), 40);
});
