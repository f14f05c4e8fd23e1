export { startHttp, type HttpAnswer, type HttpParts, type TestHttp } from './start-http.ts';
export { EventParts, eventMigrations, startConsumers } from './event-parts.ts';
export { sdkKeys, userToken } from './user-tokens.ts';
