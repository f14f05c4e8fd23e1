import { ClearDeletedApps } from '../src/retention/clear-deleted-apps.ts';
import type { TestHttp } from '#libs/testing/http';
import { startFeedback } from './feedback-http.ts';

const doc = JSON.stringify({ some: 'thing' });
/** A row in every table of feedback, and of what it notes for people and devices. */
const rowsOf = (app: string, n = 1): [string, Record<string, string | number>][] => [
  ['webhooks', { app, name: `w${n}`, revision: 1, enabled: 1, document: doc }],
  ['webhook_deliveries', { id: `${app}-d${n}`, app, webhook: 'w1', type: 'x.v1', body: doc, state: 'waiting', attempts: 0, createdAt: 1 }],
  ['receipts', { app, message_id: `m${n}`, kind: 'opened', installation_id: 'p', send_id: 's', at: 1, taken_at: 1 }],
  ['receipt_counts', { app, send_id: `s${n}`, kind: 'opened', messages: 1 }],
  ['conversions', { app, message_id: `m${n}`, send_id: 's', installation_id: 'p', owner_epoch: 1, accepted_at: 1 }],
  ['stat_marks', { app, subject: `s${n}`, due_at: 9e15, marks: 1 }],
  ['stat_parts', { app, hour: n, source: 's', document: doc }],
  ['stat_hours', { app, hour: n, revision: 1, sealed: 1, document: doc }],
  ['user_engagements', { app, user_id: `u${n}`, kind: 'opened', campaign: 'c', at: 1 }],
  ['frequency_marks', { key: `${app}:u:u${n}`, revision: 1, expires_at: 9e15, marks: '[]' }],
  [
    'dead_letters',
    { id: `${app}-l${n}`, grp: 'g', service: 'feedback', topic: 't', partition: 0, offset: n, key: `${app}:x`, app, code: 'c', reason: 'r', tries: 1, at: 1, original: doc, truncated: 0, headers: '{}' },
  ],
]; // prettier-ignore
const hourly = (app: string): [string, Record<string, string | number>] => ['hourly_files', { app, revision: 1, hour: 1, document: doc }];

let http: TestHttp;

beforeEach(async () => {
  http = await startFeedback();
  for (const app of ['gone', 'gone-2']) await http.keys.app(app);
});
afterEach(() => http.close());

async function insert(rows: readonly [string, Record<string, string | number>][]): Promise<void> {
  await http.store.write(() => {
    for (const [table, row] of rows) {
      const names = Object.keys(row);
      const sql = `INSERT OR IGNORE INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
      http.store.sql(sql).run(...Object.values(row));
    }
  });
}

/** As the call does it. */
const markDeleted = (app: string) =>
  http.store.write(() => {
    http.store.sql('UPDATE apps SET deleted_at = 5 WHERE id = ?').run(app);
  });

/** Rows in which the app stands as a value or before the colon of a key, by table. What is about the app itself, and the log, stays. */
function left(app: string): Record<string, number> {
  const tables = http.store.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  const kept = ['apps', 'api_keys', 'audit', 'log_records'];
  const counted = tables
    .map(({ name }) => String(name))
    .filter((name) => !kept.includes(name))
    .map((name): [string, number] => {
      const isOf = (value: unknown) => value === app || String(value).startsWith(`${app}:`);
      return [
        name,
        http.store
          .sql(`SELECT * FROM ${name}`)
          .all()
          .filter((row) => Object.values(row).some(isOf)).length,
      ];
    });
  return Object.fromEntries(counted.filter(([, rows]) => rows > 0));
}

describe('a deleted app', () => {
  it('leaves nothing in any table of feedback, and apps beside it lose nothing', async () => {
    for (const app of ['gone', 'gone-2', 'shop']) await insert([...rowsOf(app), hourly(app)]);
    const others = left('shop');
    expect(Object.keys(others)).toHaveLength(12);
    await markDeleted('gone');

    const removed = await http.app.get(ClearDeletedApps).execute();

    expect(removed).toBeGreaterThanOrEqual(11);
    expect(left('gone')).toEqual({});
    expect(left('shop')).toEqual(others);
    expect(left('gone-2')).toEqual(others); // whose id begins alike
  });

  it('is cleared however much there is, and again when something comes late', async () => {
    await insert(Array.from({ length: 1_700 }, (_, n) => rowsOf('gone', n)).flat());
    await markDeleted('gone');
    const sweep = http.app.get(ClearDeletedApps);

    expect(await sweep.execute()).toBeLessThan(20_500);
    while ((await sweep.execute()) > 0);
    expect(left('gone')).toEqual({});

    await insert(rowsOf('gone'));
    await sweep.execute();
    await sweep.execute();
    expect(left('gone')).toEqual({});
  });
});
