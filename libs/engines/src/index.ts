export { describeWithEngines } from './describe-with-engines.ts';
export { EngineUnavailable } from './engine-errors.ts';
export type { Engine } from './engine-process.ts';
export { freePort } from './free-port.ts';
export { enginesIn, startEngines, type EngineAddresses, type Engines } from './engines.ts';
export { startKafka, type EngineOptions } from './start-kafka.ts';
export { startMongodb } from './start-mongodb.ts';
export { startRedis, type RedisOptions } from './start-redis.ts';
