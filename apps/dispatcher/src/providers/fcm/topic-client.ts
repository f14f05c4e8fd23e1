import type { TopicChange } from '#libs/access';
import type { LibraryAnswer } from '../../transport/library-transport.ts';
import type { Destination } from '../../transport/transport.ts';
import type { FcmAccount } from './fcm-protocol.ts';
import { failureOf, openMessaging, type AdminMessaging } from './library-client.ts';

export interface TokenChange extends Pick<TopicChange, 'topic' | 'change'> {
  /** 1 to 1,000. */
  readonly tokens: readonly string[];
  readonly authorization: string;
}

const deadlineMs = 8_000;
const maxAnswerBytes = 1_048_576;

/**
 * Has `firebase-admin` put tokens on a topic, or take them off it, in one call (ADR 39): 200 and FCM's `results`, or how it refused. Rejects only where the library does not load. What has not
 * been answered after 8 s, the library's own tries after 503 among them, is broken off: it may have been done.
 */
export async function changeTokens(account: FcmAccount, destination: Destination, change: TokenChange): Promise<LibraryAnswer> {
  const client = await openMessaging(account, destination, maxAnswerBytes);
  const late = Promise.withResolvers<LibraryAnswer>();
  const timer = setTimeout(() => {
    late.resolve({ kind: 'unknown', reason: 'deadline' });
  }, deadlineMs);
  const answer = await Promise.race([ask(client, change), late.promise]);
  clearTimeout(timer);
  await client.close().catch(() => undefined);
  return answer;
}

async function ask({ messaging, show }: AdminMessaging, { topic, change, tokens, authorization }: TokenChange): Promise<LibraryAnswer> {
  show(authorization);
  try {
    /* eslint-disable @typescript-eslint/no-deprecated -- what took their place makes a request of each token, over connections that go to Google alone */
    const { errors, ...counts } = await (change === 'subscribe'
      ? messaging.subscribeToTopicLegacy([...tokens], topic)
      : messaging.unsubscribeFromTopicLegacy([...tokens], topic));
    /* eslint-enable @typescript-eslint/no-deprecated */
    const refused = new Map(errors.map(({ index, error }) => [index, wordOf(error)]));
    const length = Math.min(counts.successCount + counts.failureCount, tokens.length);
    const results = Array.from({ length }, (_, at) => (refused.has(at) ? { error: refused.get(at) } : {}));
    return { status: 200, body: JSON.stringify({ results }) };
  } catch (error) {
    return failureOf(error);
  }
}

/** FCM's own; the library's where that is not to be had. */
function wordOf({ cause, code }: { readonly cause?: unknown; readonly code: string }): string {
  return typeof cause === 'string' ? cause : code;
}
