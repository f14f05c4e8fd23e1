import { isoTime } from '#libs/kernel';
import { phonesOf } from '../traits/traits.ts';
import { carillonPart, type Delivery } from './delivery.ts';
import type { Arrival } from './inbox.ts';

/** What the phone shows: the provider's payload in the words of an inbox. */
export function contentOf(delivery: Delivery, platform: string | undefined, atMs: number): Arrival {
  const { title, body, data, carillon } = phonesOf(delivery.provider).contentOf(delivery.payload, platform);
  const { send, link } = carillonPart(carillon);
  return { title, body, data, sendId: send ?? null, link: link ?? null, collapseId: delivery.collapseId, at: isoTime(atMs) };
}
