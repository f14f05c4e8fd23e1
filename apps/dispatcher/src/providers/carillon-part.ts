import type { RenderedMessage } from '#libs/sends';
import { RECEIPT_HOLE } from './body-template.ts';

/**
 * What our SDKs find in every payload, as JSON: `{"v": 1, "send", "receipt", "link"}`, with the image and the actions that the operating system
 * does not show by itself. In the place of the receipt, which differs with every message, stands its hole.
 */
export function carillonPart(sendId: string, { link, image, actions }: RenderedMessage): string {
  return JSON.stringify({ v: 1, send: sendId, receipt: RECEIPT_HOLE, link, image, actions });
}
