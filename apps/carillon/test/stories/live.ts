import { liveSend } from '../support/live-send.ts';
import type { RunningPlatform } from '../support/platform.ts';
import { addUp, Shop, type SendRecord } from '../support/shop.ts';

const minutes = 60_000;

/** A send to two phones, one of which is reached at the second try, a second later: there is something to tell. */
export class SlowSend {
  readonly told: SendRecord[] = [];

  private constructor(
    readonly shop: Shop,
    readonly id: string,
    readonly events: AsyncGenerator<SendRecord>,
  ) {}

  static async begin(platform: RunningPlatform, app: string): Promise<SlowSend> {
    const shop = await Shop.open(platform, app);
    await shop.register('quick');
    const token = await shop.register('slow');
    await platform.simulator('PUT', '/faults', [{ provider: 'apns', token, behaviour: 'unavailable', times: 1 }]);
    const { body } = await shop.send({ to: { installations: ['quick', 'slow'] }, message: { title: 'Hi' } }, 0);
    const send = new SlowSend(shop, body.sendId, liveSend(shop, body.sendId));
    send.told.push((await send.events.next()).value as SendRecord);
    return send;
  }

  /** Reads to the end of the stream. */
  async end(): Promise<SendRecord> {
    for await (const record of this.events) this.told.push(record);
    return this.told.at(-1)!;
  }
}

/** What the live stream of a send tells. */
export function liveStories(platform: () => RunningPlatform): void {
  it(
    'begins with how it stands, goes on with what became of it, and ends with it',
    async () => {
      const send = await SlowSend.begin(platform(), 'live');

      const last = await send.end();

      expect(send.told[0]).toMatchObject({ finishedAt: null, counts: { targeted: 2 } });
      expect(send.told.length).toBeGreaterThan(1);
      expect(send.told.every(({ counts }) => addUp(counts))).toBe(true);
      expect(last).toMatchObject({ state: 'done', counts: { accepted: 2, remaining: 0 } });
      expect(last).toEqual(await send.shop.finished(send.id));
    },
    2 * minutes,
  );
}
