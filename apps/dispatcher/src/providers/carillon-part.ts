import type { RenderedMessage } from '#libs/sends';

/**
 * What our SDKs find in every payload: `{"v": 1, "send", "receipt", "link"}`, with the image and the actions that the operating system
 * does not show by itself. `receipt` differs with every message, so the part comes as the texts around it.
 */
export function carillonPart(
  sendId: string,
  { link, image, actions }: RenderedMessage,
): { readonly before: string; readonly after: string } {
  const before = JSON.stringify({ v: 1, send: sendId, receipt: '' }).slice(0, -2);
  const rest = JSON.stringify({ link, image, actions });
  return { before, after: rest === '{}' ? '"}' : `",${rest.slice(1)}` };
}
