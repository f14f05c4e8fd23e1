import { messageId, PushToken, Random, Clock, Fingerprinter, ReceiptSigner } from '#libs/kernel';
import {
  DEFAULT_REGISTRY_SETTINGS,
  EngagementRepository,
  InstallationRepository,
  PurgeToken,
  RegisterInstallation,
  UserRepository,
  type Platform,
} from '#libs/registry';
import { IndexSet, UNINSTALL_PROBES, noResult, type OutcomeCode, type Send } from '#libs/sends';
import { ConversionRepository } from '#libs/sends/conversion/writing';
import { insertPage } from '#libs/sends/page/writing';
import { ResultRepository } from '#libs/sends/result/writing';
import { insertSend } from '#libs/sends/send/writing';
import { aPage, aPageEntry, aSend } from '#libs/testing';
import type { TestHttp } from '#libs/testing/http';
import { RecordConversion } from '../../src/conversions/record-conversion.ts';
import { SqliteStatisticsStore } from '../../src/statistics/sqlite-statistics-store.ts';
import { SumRegistry } from '../../src/statistics/sum-registry.ts';
import { SumSend } from '../../src/statistics/sum-send.ts';
import { SumStatistics } from '../../src/statistics/sum-statistics.ts';
import { MarkStatistics } from '../../src/statistics/mark-statistics.ts';
import { startFeedback } from '../feedback-http.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
let http: TestHttp;
let store: SqliteStatisticsStore;

beforeEach(async () => {
  http = await startFeedback();
  store = new SqliteStatisticsStore(http.store);
});

afterEach(() => http.close());

const part = <T>(type: abstract new (...args: never[]) => T): T => http.app.get<T>(type, { strict: false });

async function register(installationId: string, platform: Platform, user?: string): Promise<void> {
  const registration = new RegisterInstallation(
    part(InstallationRepository), part(UserRepository), part(Clock), part(Fingerprinter), part(Random),
  ); // prettier-ignore
  await registration.execute({
    ...{ app: 'shop', installationId, by: 'server', fields: { platform, provider: platform === 'ios' ? 'apns' : 'fcm' } },
    ...{ token: new PushToken(`${installationId}-token`.padEnd(64, '0')), startsSession: true },
    ...(user !== undefined && { externalId: { value: user, verified: true } }),
    settings: DEFAULT_REGISTRY_SETTINGS,
  });
}

/** Its provider calls the app gone. */
async function lose(installationId: string, reason = 'Unregistered'): Promise<void> {
  const { tokenFingerprint, tokenConfirmedAt } = (await part(InstallationRepository).findById('shop', installationId))!;
  const condition = { fingerprint: tokenFingerprint!, confirmedAt: tokenConfirmedAt ?? http.clock.now(), invalidSince: null };
  await part(PurgeToken).execute('shop', installationId, condition, { reason, sendId: null });
}

/** A send to some installations of one provider, with what became of each; a word is an outcome, or `unsubscribed`. */
async function ended(id: string, words: Readonly<Record<string, OutcomeCode | 'unsubscribed'>>, facts: Partial<Send> = {}): Promise<Send> {
  const send = aSend({ app: 'shop', id, audience: { kind: 'explicit' }, state: 'done', createdAt: http.clock.now(), finishedAt: http.clock.now(), ...facts }); // prettier-ignore
  const sent = Object.entries(words).filter(([, word]) => word !== 'unsubscribed');
  const planned = aPage({ app: 'shop', sendId: id, after: '', through: 'shop;' });
  const batch = { ...planned.batches[0]!, size: sent.length };
  const entries = Object.entries(words).map(([installationId, word]) =>
    word === 'unsubscribed'
      ? aPageEntry({ installationId, batch: null, suppressedBy: word, provider: 'apns' })
      : aPageEntry({ installationId }),
  );
  await http.store.write(() => {
    insertSend(http.store, send);
    insertPage(http.store, { ...planned, entries, batches: [batch] });
  });
  await settle(batch, sent.map(([, word]) => word) as OutcomeCode[], 1); // prettier-ignore
  await part(MarkStatistics).finished('shop', id);
  return send;
}

async function settle(batch: Parameters<typeof noResult>[0], outcomes: readonly OutcomeCode[], revision: number): Promise<void> {
  const results = outcomes.map((outcome, index) => ({ outcome, reason: null, messages: IndexSet.of([index]) }));
  const final = IndexSet.upTo(outcomes.length);
  await part(ResultRepository).save(
    { ...noResult(batch, 'shop'), revision, results, final, settled: true, updatedAt: http.clock.now() },
    [],
  );
}

async function opened(sendId: string, installation: string): Promise<void> {
  const receipt = part(ReceiptSigner).sign('shop', sendId, [installation]).text(0);
  const body = [{ receipt, kind: 'opened', at: new Date(http.clock.now()).toISOString() }];
  expect(await http.call('POST', '/v1/apps/shop/receipts', { body })).toMatchObject({ body: { added: 1 } });
}

/** Lets all that is marked be summed. */
async function summed(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    http.clock.advance(2 * minute);
    await part(SumStatistics).execute();
  }
}

async function stats(query: string): Promise<Record<string, unknown>[]> {
  const key = await http.keys.key('shop', 'server');
  const answer = await http.call('GET', `/v1/apps/shop/stats?${query}`, { key });
  expect(answer).toMatchObject({ status: 200 });
  return (answer.body as { rows: Record<string, unknown>[] }).rows;
}

const first = 'a0000000-0000-5000-8000-000000000001';
const second = 'b0000000-0000-5000-8000-000000000002';
const [third, fourth, fifth] = [3, 4, 5].map((n) => `c0000000-0000-5000-8000-00000000000${n}`) as [string, string, string];

describe('statistics of conversions', () => {
  it('count messages whose users did what they were for, in the hour of their send', async () => {
    await register('phone', 'ios');
    await ended(first, { phone: 'accepted' }, { campaign: 'spring', conversion: { event: 'order_placed', withinMs: hour } });
    await summed();
    const message = { app: 'shop', messageId: messageId(first, 'phone'), sendId: first, installationId: 'phone', ownerEpoch: 0 };
    await part(ConversionRepository).insert([{ ...message, acceptedAt: 0, converted: null }]);
    const send = aSend({ app: 'shop', id: first, finishedAt: http.clock.now() });
    const converted = { at: http.clock.now(), after: 'accepted', value: 1, event: 'order_placed:1' } as const;
    await part(RecordConversion).execute(send, { ...message, acceptedAt: 0, converted: null }, converted);
    await summed();

    expect(await stats('by=hour&group=campaign')).toMatchObject([{ campaign: 'spring', accepted: 1, converted: 1 }]);
  });
});

describe('statistics', () => {
  it('sum what became of messages by hour and group, with what devices said of them later', async () => {
    await register('phone', 'ios');
    await register('tablet', 'ios');
    await ended(first, { phone: 'accepted', tablet: 'token_invalid', gone: 'unsubscribed' }, { campaign: 'spring', variant: 'short' });
    await ended(second, { phone: 'accepted' });
    await summed();
    await opened(first, 'phone');
    await summed();

    const { userId = '' } = (await part(InstallationRepository).findById('shop', 'phone')) ?? {};
    // The receipt named no installation: whose it is was found with the sum.
    expect(Object.keys(await part(EngagementRepository).ofUser('shop', userId)).sort()).toEqual(['opened:spring', 'received:spring']);
    expect(await stats('by=hour')).toMatchObject([
      { bucket: '2026-01-01T00:00:00.000Z', targeted: 4, suppressed: 1, accepted: 2, failed: 1, opened: 1, received: 0 },
    ]);
    const rows = await stats('by=day&group=campaign,variant,platform,reason');
    expect(rows).toHaveLength(4);
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ campaign: 'spring', variant: 'short', platform: 'ios', reason: null, accepted: 1, opened: 1 }),
        expect.objectContaining({ campaign: 'spring', platform: 'ios', reason: 'token_invalid', failed: 1, targeted: 1 }),
        expect.objectContaining({ campaign: 'spring', platform: null, reason: 'unsubscribed', suppressed: 1 }),
        expect.objectContaining({ campaign: null, variant: null, platform: 'ios', accepted: 1, opened: 0 }),
      ]),
    );
  });

  it('come to the same however often they are summed, and from nothing again', async () => {
    await ended(first, { phone: 'accepted', tablet: 'payload_bad' }, { campaign: 'spring' });
    await ended(second, { phone: 'accepted' });
    await summed();
    const before = await stats('by=hour&group=campaign,provider,reason');
    for (const id of [first, second, first]) await part(MarkStatistics).finished('shop', id);
    await summed();
    expect(await stats('by=hour&group=campaign,provider,reason')).toEqual(before);

    await http.store.write(() => {
      for (const table of ['stat_parts', 'stat_hours', 'stat_marks']) http.store.sql(`DELETE FROM ${table}`).run();
    });
    for (const id of [first, second]) await part(MarkStatistics).finished('shop', id);
    await summed();
    expect(await stats('by=hour&group=campaign,provider,reason')).toEqual(before);
  });

  it('follow a dead letter that was replayed after the end', async () => {
    await ended(first, { phone: 'dead' });
    await summed();
    await settle({ ...aPage({ app: 'shop', sendId: first }).batches[0]!, size: 1 }, ['accepted'], 2);
    await part(MarkStatistics).changed('shop', first, http.clock.now());
    await summed();

    expect(await stats('by=day')).toMatchObject([{ targeted: 1, accepted: 1, failed: 0 }]);
  });

  it('leave out dry runs', async () => {
    await ended(first, { phone: 'accepted' }, { options: { ...aSend().options, dryRun: true } });
    await summed();

    expect(await stats('by=day')).toEqual([]);
  });

  it.each(['Unregistered', 'dropped_for_30_days'])('tell of installations that come, go (%s) and can be reached', async (reason) => {
    await register('phone', 'ios');
    await register('tablet', 'android');
    http.clock.advance(minute);
    await lose('phone', reason);
    await part(SumRegistry).execute();
    http.clock.advance(minute);
    await register('phone', 'ios');
    await part(SumRegistry).execute();
    await summed();

    const counts = { newInstallations: 1, tokensRemoved: 1, uninstalled: 1, reinstalled: 1 };
    expect(await stats('by=hour&group=platform')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ platform: 'ios', ...counts, activeInstallations: null }),
        expect.objectContaining({ platform: 'android', newInstallations: 1, uninstalled: 0 }),
      ]),
    );
    expect(await stats('by=month')).toMatchObject([{ ...counts, newInstallations: 2, activeInstallations: 2 }]);
    expect(await stats('by=day&group=provider')).toMatchObject([
      { provider: 'apns', activeInstallations: 1 },
      { provider: 'fcm', activeInstallations: 1 },
    ]);
  });

  it('count an uninstalled app to every campaign of the 24 hours before it, and once in all (R49)', async () => {
    await register('phone', 'ios');
    await register('spared', 'ios');
    await ended(second, { phone: 'accepted', spared: 'accepted' }, { campaign: 'too-old' });
    http.clock.advance(25 * hour);
    await ended(first, { phone: 'accepted', spared: 'accepted' }, { campaign: 'spring', variant: 'b' });
    await ended(third, { phone: 'payload_bad', spared: 'accepted' }, { campaign: 'never-got-it' });
    await ended(fourth, { phone: 'accepted' }, { campaign: UNINSTALL_PROBES });
    await ended(fifth, { phone: 'accepted' }, { campaign: null });
    http.clock.advance(hour);
    await lose('phone');
    await part(SumRegistry).execute();
    await part(SumRegistry).execute();
    await summed();

    const rows = await stats('by=day&group=campaign,variant,platform');
    expect(rows.filter((row) => row['uninstalledAfter'] !== 0)).toMatchObject([
      { campaign: 'spring', variant: 'b', platform: 'ios', uninstalledAfter: 1, uninstalled: 0 },
    ]);
    expect(rows.filter((row) => row['uninstalled'] !== 0)).toMatchObject([{ campaign: null, platform: 'ios', uninstalled: 1 }]);
  });

  it('tell a reinstall by a user who comes back with another installation (R50)', async () => {
    await register('old', 'ios', '4711');
    await register('kept', 'ios', '4712');
    http.clock.advance(hour);
    await lose('old');
    http.clock.advance(hour);
    await register('new', 'ios', '4711');
    await register('second', 'ios', '4711');
    await register('other-platform', 'android', '4711');
    await register('beside', 'ios', '4712');
    await register('stranger', 'ios', '4713');
    await register('anonymous', 'ios');
    await part(SumRegistry).execute();
    await summed();

    expect(await stats('by=month')).toMatchObject([{ newInstallations: 8, uninstalled: 1, reinstalled: 1 }]);
  });

  it('stay when their sends are forgotten, until their own time is over, and keep no parts of hours that are sealed', async () => {
    const send = await ended(first, { phone: 'accepted' });
    await summed();
    http.clock.advance(60 * day);
    await part(SumStatistics).sweep(1_825);
    const place = { app: 'shop', hour: Math.floor(send.finishedAt! / hour) };
    const span = `by=month&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z`;

    expect(await store.parts(place, '', 10)).toEqual([]);
    expect(await store.findHour(place)).toMatchObject({ sealed: true });
    await part(MarkStatistics).finished('shop', first);
    await summed();
    expect(await store.parts(place, '', 10)).toEqual([]);
    expect(await stats(span)).toMatchObject([{ accepted: 1 }]);
    http.clock.advance(1_825 * day);
    await part(SumStatistics).sweep(1_825);
    expect(await stats(span)).toEqual([]);
  });

  it('once counted stay counted where the first receipts are dropped', async () => {
    const send = await ended(first, { phone: 'accepted', tablet: 'accepted' });
    await opened(first, 'phone');
    await summed();
    http.clock.advance(31 * day);
    await http.store.write(() => http.store.sql('DELETE FROM receipts').run());
    await part(MarkStatistics).finished('shop', send.id);
    await summed();

    expect(await stats('by=month')).toMatchObject([{ opened: 1 }]);
  });

  it('of an app are another app’s business nowhere', async () => {
    await ended(first, { phone: 'accepted' });
    await summed();
    await http.keys.app('bank');
    const key = await http.keys.key('bank', 'server');

    expect(await http.call('GET', '/v1/apps/bank/stats', { key })).toMatchObject({ status: 200, body: { rows: [] } });
    expect(await http.call('GET', '/v1/apps/shop/stats', { key })).toMatchObject({ status: 403 });
  });

  it.each([
    ['by=week', '/by'],
    ['group=provider,colour', '/group'],
    ['group=', '/group'],
    ['from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', '/from'],
    ['by=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z', '/from'],
    ['colour=red', ''],
  ])('refuse %s', async (query, pointer) => {
    const key = await http.keys.key('shop', 'server');
    const answer = await http.call('GET', `/v1/apps/shop/stats?${query}`, { key });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    expect((answer.body as { errors: { pointer: string }[] }).errors[0]?.pointer).toContain(pointer);
  });

  it('have of one send what its page, results and receipts have', async () => {
    const send = await ended(first, { phone: 'accepted', tablet: 'token_invalid', gone: 'unsubscribed' });
    const rows = await part(SumSend).execute(send);
    const total = (name: 'targeted' | 'accepted' | 'failed' | 'suppressed') =>
      rows.reduce((sum, { counts }) => sum + (counts[name] ?? 0), 0);
    const sums = await part(ResultRepository).sums(first);

    expect([total('targeted'), total('accepted'), total('failed')]).toEqual([3, sums.accepted, sums.failed]);
    expect(total('targeted')).toBe(total('suppressed') + total('accepted') + total('failed'));
  });
});
