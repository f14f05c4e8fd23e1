import type { SendRecord, Shop } from './shop.ts';

const deadlineMs = 60_000;

/** A send as its live stream tells it, from the first event to the end of the stream. */
export async function* liveSend(shop: Shop, sendId: string): AsyncGenerator<SendRecord> {
  const response = await fetch(`${shop.platform.url}/v1/apps/${shop.app}/sends/${sendId}/events`, {
    headers: { authorization: `Bearer ${shop.key}` },
    signal: AbortSignal.timeout(deadlineMs),
  });
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
  let rest = '';
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + piece).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events)
      if (event.startsWith('event: send\n')) yield JSON.parse(event.replace('event: send\ndata: ', '')) as SendRecord;
  }
}
