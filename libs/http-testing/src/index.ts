export { startHttp, type HttpAnswer, type HttpParts, type TestHttp } from './start-http.ts';
