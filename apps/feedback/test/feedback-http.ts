import { EventParts, eventMigrations, startHttp, type TestHttp } from '#libs/testing/http';
import { feedback } from '../src/feedback.module.ts';

/** Feedback over HTTP with the app `shop`. */
export async function startFeedback(): Promise<TestHttp> {
  const http = await startHttp({
    imports: [EventParts.embedded(), feedback.module(feedback.settings.parse({}), 'embedded')],
    migrations: eventMigrations,
  });
  await http.keys.app('shop');
  return http;
}
