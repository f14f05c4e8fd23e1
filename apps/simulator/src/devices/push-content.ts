import { isoTime } from '#libs/kernel';
import { carillonPart, objectOf, textOf, type Delivery, type JsonObject } from './delivery.ts';
import type { Arrival } from './inbox.ts';

/** What the phone shows: the provider's payload in the words of an inbox. `platform` decides which part of an FCM message counts. */
export function contentOf(delivery: Delivery, platform: string | undefined, atMs: number): Arrival {
  const { title, body, data, carillon } = delivery.provider === 'apns' ? ofApns(delivery.payload) : ofFcm(delivery.payload, platform);
  const { send, link } = carillonPart(carillon);
  return { title, body, data, sendId: send ?? null, link: link ?? null, collapseId: delivery.collapseId, at: isoTime(atMs) };
}

interface Content {
  readonly title: string | null;
  readonly body: string | null;
  readonly data: Record<string, string>;
  readonly carillon: unknown;
}

function ofApns(payload: JsonObject): Content {
  const { aps, carillon, ...data } = payload;
  const alert = objectOf(aps)['alert'];
  const parts = objectOf(alert);
  return { title: textOf(parts['title']) ?? null, body: textOf(alert) ?? textOf(parts['body']) ?? null, data: texts(data), carillon };
}

function ofFcm(message: JsonObject, platform: string | undefined): Content {
  const special = objectOf(message[platform === 'web' ? 'webpush' : 'android']);
  const notification = { ...objectOf(message['notification']), ...objectOf(special['notification']) };
  const { carillon, ...data } = { ...objectOf(message['data']), ...objectOf(special['data']) };
  return {
    title: textOf(notification['title']) ?? null,
    body: textOf(notification['body']) ?? null,
    data: texts(data),
    carillon: parsed(textOf(carillon)),
  };
}

function texts(data: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]));
}

/** FCM carries text only, so the platform's part of `data` is JSON in a string. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
