import { eventually } from '#libs/testing';
import type { LiveEvents } from './live-events.ts';

const soonMs = 10_000;

/** `open` answers what two processes have, or one process twice. */
export function liveEventsContract(adapter: string, open: () => Promise<readonly [LiveEvents, LiveEvents]>): void {
  describe(`${adapter} as live events`, () => {
    let end: AbortController;

    beforeEach(() => {
      end = new AbortController();
    });

    afterEach(() => {
      end.abort();
    });

    it('tell whoever listens to the channel, wherever, and nobody else', async () => {
      const [one, other] = await open();
      const listeners = [one, other].map((live) => live.listen('a', end.signal));
      const elsewhere = other.listen('b', end.signal);
      for (const hints of [...listeners, elsewhere]) expect(await hints.next(soonMs)).toBe(true); // it is heard from now on

      one.tell('a');

      for (const hints of listeners) expect(await hints.next(soonMs)).toBe(true);
      other.tell('b');
      expect(await elsewhere.next(soonMs)).toBe(true);
      expect(await Promise.all([...listeners, elsewhere].map((hints) => hints.next(0)))).toEqual([false, false, false]);
    });

    it('are one hint however often they were told while nobody looked', async () => {
      const [one, other] = await open();
      const [slow, marker] = [other.listen('a', end.signal), other.listen('z', end.signal)];
      for (const hints of [slow, marker]) await hints.next(soonMs);

      for (let told = 0; told < 500; told += 1) one.tell('a');
      one.tell('z');
      await marker.next(soonMs);
      one.tell('z');
      await marker.next(soonMs); // all of it has come

      expect(await slow.next(soonMs)).toBe(true);
      expect(await slow.next(0)).toBe(false);
    });

    it('end with the signal, whether somebody waits or not, and then hear nothing', async () => {
      const [one, other] = await open();
      const hints = other.listen('a', end.signal);
      await hints.next(soonMs);
      const waiting = hints.next(soonMs * 100);

      end.abort();

      expect(await waiting).toBe(false);
      one.tell('a');
      expect(await hints.next(soonMs * 100)).toBe(false);
      expect(await other.listen('a', end.signal).next(soonMs * 100)).toBe(false);
    });

    it('begin again for who listens later', async () => {
      const [one, other] = await open();
      const first = new AbortController();
      await other.listen('a', first.signal).next(soonMs);
      first.abort();

      const hints = other.listen('a', end.signal);

      expect(await hints.next(soonMs)).toBe(true);
      one.tell('a');
      expect(await eventually(() => hints.next(soonMs), Boolean)).toBe(true);
    });
  });
}
