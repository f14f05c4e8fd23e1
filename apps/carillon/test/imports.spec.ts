import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { Platform, until } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const minutes = 60_000;
const lines = 2_000;

interface Import {
  readonly id: string;
  readonly state: string;
  readonly lines: number;
  readonly created: number;
  readonly updated: number;
  readonly existing: number;
  readonly rejected: number;
}

/** A device each, two of them to a person, whose points the later line says; every hundredth has no token that could be one. */
function file(): string {
  return Array.from({ length: lines }, (_, n) => {
    const token = n % 100 === 99 ? 'none' : (n + 1).toString(16).padStart(64, '0');
    return JSON.stringify({ platform: 'ios', token, externalId: `u${n >> 1}`, user: { attributes: { points: n } } });
  }).join('\n');
}

describe('an import whose process is killed', () => {
  it(
    'goes on at the last committed line, and imports each line exactly once',
    async () => {
      const platform = await Platform.start({ CARILLON_DEMO: 'false' });
      try {
        const shop = await Shop.open(platform, 'shop');
        const { id } = (await shop.call<Import>('POST', '/imports', { mode: 'upsert' })).body;
        const part = await platform.call('PUT', `/v1/apps/shop/imports/${id}/parts/1`, file(), {
          raw: true,
          headers: { 'content-type': 'application/x-ndjson' },
        });
        expect(part.status).toBe(200);

        await platform.stop();
        for (const [round, CRASH_POINT] of ['import.commit.before:1', 'import.commit.after:4'].entries()) {
          await platform.run({ CRASH_POINT });
          // The answer may be lost with the process: a start is safe to repeat.
          if (round === 0) await shop.call('POST', `/imports/${id}/start`).catch(() => undefined);
          await until(async () => platform.process.isServing, (serves) => !serves, minutes); // prettier-ignore
        }
        await platform.run();
        const read = async () => (await shop.call<Import>('GET', `/imports/${id}`)).body;
        const done = await until(read, ({ state }) => state !== 'running', minutes);

        const bad = lines / 100;
        expect(done).toMatchObject({ state: 'done', lines, created: lines - bad, updated: 0, existing: 0, rejected: bad });
        await platform.stop();
        const database = new DatabaseSync(join(platform.folder, 'data', 'carillon.db'), { readOnly: true });
        const count = (sql: string) => Number(database.prepare(sql).get()?.['n']);
        expect(count(`SELECT count(*) AS n FROM installations WHERE app = 'shop'`)).toBe(lines - bad);
        expect(count(`SELECT count(*) AS n FROM token_ledger WHERE app = 'shop' AND event = 'imported'`)).toBe(lines - bad);
        expect(count(`SELECT count(*) AS n FROM users WHERE app = 'shop'`)).toBe(lines / 2);
        expect(count(`SELECT count(*) AS n FROM users WHERE app = 'shop' AND attributes ->> '$.points' % 2 = 0`)).toBe(bad);
        expect(count(`SELECT count(*) AS n FROM import_problems`)).toBe(bad);
        database.close();
      } finally {
        await platform.end();
      }
    },
    3 * minutes,
  );
});
