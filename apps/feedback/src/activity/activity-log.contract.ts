import { eventOf, sendForgottenV1, type DomainEvent } from '#libs/events';
import type { ActivityLog } from './activity-log.ts';

/** A log to test, and how facts come into it; `at` is when the log takes them, ms. */
export interface OpenedActivityLog {
  readonly log: ActivityLog;
  tell(events: readonly DomainEvent[], at?: number): Promise<void>;
  /** What was taken before `at` goes. */
  forget(at: number): Promise<void>;
}

function fact(app: string, n: number): DomainEvent {
  return eventOf(sendForgottenV1, { app, sendId: `send-${n}` }, { id: `${app} ${n}`, source: 'test', at: 0 });
}

const many = (app: string, count: number, from = 0) => Array.from({ length: count }, (_, n) => fact(app, from + n));

/** What every activity log promises. */
export function activityLogContract(name: string, open: () => Promise<OpenedActivityLog>): void {
  /** Everything from a position on, a page at a time. */
  async function readAll({ log }: OpenedActivityLog, app: string, from: readonly number[], limit = 3) {
    const ids: string[] = [];
    for (let at = from; ;) {
      const { records, next } = await log.read(app, at, limit);
      ids.push(...records.map(({ value }) => (JSON.parse(value) as { id: string }).id));
      at = next;
      if (records.length === 0) return { ids, next };
    }
  }

  describe(`activity on ${name}`, () => {
    it('tells every fact of an app once, a page at a time, and none of others', async () => {
      const opened = await open();
      await opened.tell([...many('shop', 40), ...many('shop-2', 5), ...many('sho', 5)]);

      const { ids } = await readAll(opened, 'shop', await opened.log.starts());

      expect(ids.toSorted()).toEqual(many('shop', 40).map(({ envelope }) => envelope.id).toSorted()); // prettier-ignore
    });

    it('goes on exactly where it stopped', async () => {
      const opened = await open();
      await opened.tell(many('shop', 10));
      const first = await readAll(opened, 'shop', await opened.log.starts());
      expect((await readAll(opened, 'shop', first.next)).ids).toEqual([]);

      await opened.tell([...many('other', 10), ...many('shop', 10, 10)]);

      const second = await readAll(opened, 'shop', first.next);
      expect([...first.ids, ...second.ids].toSorted()).toEqual(many('shop', 20).map(({ envelope }) => envelope.id).toSorted()); // prettier-ignore
    });

    it('keeps what has one key in its order', async () => {
      const opened = await open();
      const told = Array.from({ length: 12 }, (_, n) => {
        const { envelope, ...event } = fact('shop', 1);
        return { ...event, envelope: { ...envelope, id: `fact ${n}` } };
      });
      for (const event of told) await opened.tell([event]);

      expect((await readAll(opened, 'shop', await opened.log.starts())).ids).toEqual(told.map(({ envelope }) => envelope.id));
    });

    it('begins at a time', async () => {
      const opened = await open();
      await opened.tell(many('shop', 20), 1_000);
      await opened.tell(many('shop', 7, 20), 2_000);

      const { ids } = await readAll(opened, 'shop', await opened.log.since('shop', 2_000));

      expect(ids.toSorted()).toEqual(many('shop', 7, 20).map(({ envelope }) => envelope.id).toSorted()); // prettier-ignore
      expect((await readAll(opened, 'shop', await opened.log.since('shop', 3_000))).ids).toEqual([]);
    });

    it('forgets what is old, and says from where on nothing is missing', async () => {
      const opened = await open();
      await opened.tell(many('shop', 20), 1_000);
      await opened.tell(many('shop', 20, 20), 2_000);
      const before = await opened.log.starts();

      await opened.forget(2_000);

      const after = await opened.log.starts();
      expect(after.some((start, partition) => start > (before[partition] ?? 0))).toBe(true);
      expect((await readAll(opened, 'shop', after)).ids.toSorted()).toEqual(many('shop', 20, 20).map(({ envelope }) => envelope.id).toSorted()); // prettier-ignore
    });

    it('ends waiting on the signal', async () => {
      const { log } = await open();
      await log.changed(AbortSignal.abort());
      await log.changed(new AbortController().signal);
    });
  });
}
