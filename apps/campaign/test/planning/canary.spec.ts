import {
  IndexSet,
  awaitsCanary,
  noResult,
  type BatchResult,
  type OutcomeCode,
  type Page,
  type PageHeader,
  type PlannedBatch,
  type Send,
} from '#libs/sends';
import { FixedClock, aPage, aSend } from '#libs/testing';
import { CANARY_PAGES, Canary } from '../../src/planning/canary.ts';
import { planPage, type Candidate } from '../../src/planning/plan-page.ts';

const clock = new FixedClock('2026-01-01T00:00:00Z');
const canary = new Canary(clock, 200);
const send = aSend({ recipients: 1_000_000, lane: 'bulk' });
const batch = (provider: PlannedBatch['provider'], size: number): PlannedBatch => ({
  ...{ id: `${send.id}:0:000000:${provider === 'apns' ? 0 : 1}`, provider, size, lane: 'bulk', dueAt: 0, isCanary: true },
});
const header = (...batches: PlannedBatch[]) => {
  const { entries: _entries, ...page } = aPage({ sendId: send.id, plannedAt: clock.now() });
  return { ...page, batches, targeted: 200 };
};
/** What a batch came to: so many messages with each word, the rest open. */
function result(of: PlannedBatch, words: readonly (readonly [messages: number, outcome: OutcomeCode, reason?: string])[]): BatchResult {
  let from = 0;
  const results = words.map(([messages, outcome, reason = null]) => {
    const positions = Array.from({ length: messages }, (_, at) => from + at);
    from += messages;
    return { outcome, reason, messages: IndexSet.of(positions) };
  });
  return { ...noResult(of, 'demo'), results, final: IndexSet.upTo(from), settled: from === of.size };
}
const known = (...results: BatchResult[]) => new Map(results.map((one) => [one.batchId, one]));

const judge = (of: Send, page: PageHeader, ...results: BatchResult[]) => canary.judge(of, [page], known(...results));
const going = (...judged: PlannedBatch['provider'][]): Send => ({ ...send, canary: { verdict: 'going', judged } });

describe('the first messages of a send', () => {
  it('are sent alone where there are many behind them, and only once', () => {
    expect(canary.isOpen(send)).toBe(true);
    expect(canary.isOpen({ ...send, recipients: 2_000 })).toBe(false);
    expect(canary.isOpen({ ...send, lane: 'transactional' })).toBe(false);
    expect(canary.isOpen({ ...send, options: { ...send.options, dryRun: true } })).toBe(false);
    expect(canary.isOpen(going('apns'))).toBe(true);
    expect(canary.isOpen({ ...send, canary: { verdict: 'passed' } })).toBe(false);
    expect(new Canary(clock, 0).isOpen(send)).toBe(false);
  });

  it('begin with the first page of the first slice; everything else waits until a provider has answered', () => {
    const page = header();

    expect(canary.holds(send, 0, undefined)).toBe(false);
    expect(canary.holds(send, 0, page)).toBe(true);
    expect(canary.holds(send, 1, undefined)).toBe(true);
    expect(canary.holds(going(), 1, undefined)).toBe(false);
    expect(canary.isIn(going('apns'), 0, page)).toBe(true);
    expect(canary.isIn(going('apns'), 0, { ...page, n: CANARY_PAGES - 1 })).toBe(false);
    expect(canary.isIn(going('apns'), 1, undefined)).toBe(false);
  });

  it('are counted for each provider over the pages that have them', () => {
    const pages = [
      header(batch('apns', 200), batch('fcm', 30)),
      header(batch('fcm', 70), { ...batch('apns', 500), isCanary: undefined } as never),
    ];

    expect(canary.roomAfter([])).toEqual({ perProvider: 200, before: new Map(), isAlone: true });
    expect(canary.roomAfter(pages)).toEqual({
      ...{ perProvider: 200, isAlone: false },
      before: new Map([
        ['apns', 200],
        ['fcm', 100],
      ]),
    });
  });

  it.each([
    ['payload_bad', 'BadPriority'],
    ['template_error', 'missing user.name'],
    ['wrong_sender', 'DeviceTokenNotForTopic'],
    ['token_invalid', 'BadDeviceToken'],
  ] as const)('stop the rest where half the answers of a provider are %s', (outcome, reason) => {
    const apns = batch('apns', 100);
    const verdict = judge(send, header(apns), result(apns, [[50, outcome, reason], [50, 'accepted']])); // prettier-ignore

    expect(verdict).toEqual({
      ...{ verdict: 'failed', provider: 'apns', outcome, reason, answers: 100, bad: 50, judged: ['apns'] },
    });
  });

  it('stop it for one provider of several, before the others have answered', () => {
    const [apns, fcm] = [batch('apns', 150), batch('fcm', 50)];
    const verdict = judge(send, header(apns, fcm), result(fcm, [[30, 'wrong_sender', 'SENDER_ID_MISMATCH']]));

    expect(verdict).toMatchObject({ verdict: 'failed', provider: 'fcm', answers: 30, bad: 30 });
    expect([awaitsCanary({ canary: verdict! }, 'fcm'), awaitsCanary({ canary: verdict! }, 'apns')]).toEqual([false, true]);
  });

  it('let it go where fewer than half find fault, or too few have answered to say', () => {
    const apns = batch('apns', 100);
    const fcm = batch('fcm', 19);

    expect(judge(send, header(apns), result(apns, [[49, 'token_invalid', 'Unregistered'], [51, 'accepted']]))).toEqual({ verdict: 'passed' }); // prettier-ignore
    expect(judge(send, header(fcm), result(fcm, [[19, 'payload_bad', 'x']]))).toEqual({ verdict: 'passed' });
  });

  it('leave out whom no provider was asked about', () => {
    const apns = batch('apns', 100);
    const words = [[70, 'skipped', 'unsubscribed'], [20, 'wrong_sender', 'x'], [10, 'accepted']] as const; // prettier-ignore

    expect(judge(send, header(apns), result(apns, words))).toMatchObject({ verdict: 'failed', answers: 30, bad: 20 });
  });

  it('are waited for until nine tenths have answered, or five seconds: a provider that is down is no fault of the send', () => {
    const apns = batch('apns', 100);
    const page = header(apns);

    expect(judge(send, page)).toBeUndefined();
    expect(judge(send, page, result(apns, [[89, 'accepted']]))).toBeUndefined();
    expect(judge(send, page, result(apns, [[90, 'accepted']]))).toEqual({ verdict: 'passed' });
    clock.advance(5_000);
    expect(judge(send, page)).toEqual({ verdict: 'passed' });
  });

  it('of a provider that says nothing hold up its own messages, and none of the others', () => {
    const [apns, fcm] = [batch('apns', 200), batch('fcm', 200)];
    const page = { ...header(apns, fcm), last: false };

    expect(judge(send, page, result(fcm, [[200, 'accepted']]))).toEqual({ verdict: 'going', judged: ['fcm'] });
    expect(judge(going('fcm'), page, result(fcm, [[200, 'accepted']]))).toBeUndefined();
    expect(awaitsCanary(going('fcm'), 'apns')).toBe(true);
    expect(awaitsCanary(going('fcm'), 'fcm')).toBe(false);
    expect(judge(going('fcm'), page, result(apns, [[200, 'accepted']]))).toEqual({ verdict: 'going', judged: ['fcm', 'apns'] });
  });

  it('let the rest be planned as soon as anybody has answered, and judge a provider by all of its 200', () => {
    const [apns, fcm] = [batch('apns', 200), batch('fcm', 6)];
    const first = { ...header(apns, fcm), last: false };
    const next = { ...header({ ...fcm, id: `${send.id}:0:000001:0`, size: 194 }), n: 1, last: false };

    expect(judge(send, first, result(fcm, [[6, 'accepted']]))).toEqual({ verdict: 'going', judged: [] });
    expect(canary.judge(going(), [first, next], known(result(fcm, [[6, 'accepted']])))).toBeUndefined();
    const all = known(result(fcm, [[6, 'accepted']]), result({ ...fcm, id: next.batches[0]!.id, size: 194 }, [[194, 'accepted']]));
    expect(canary.judge(going(), [first, next], all)).toEqual({ verdict: 'going', judged: ['fcm'] });
  });

  it('of one provider are judged still when the verdict on another was overruled', () => {
    const [apns, fcm] = [batch('apns', 200), batch('fcm', 200)];
    const page = { ...header(apns, fcm), last: true };
    const failed = judge(send, page, result(fcm, [[200, 'wrong_sender', 'x']]))!;
    const resumed: Send = { ...send, canary: failed };

    expect(canary.isOpen(resumed)).toBe(true);
    expect(judge(resumed, page, result(apns, [[200, 'payload_bad', 'y']]))).toMatchObject({ provider: 'apns', judged: ['fcm', 'apns'] });
    const over = judge(resumed, page, result(apns, [[200, 'accepted']]));
    expect(over).toMatchObject({ verdict: 'failed', provider: 'fcm' });
    expect(canary.isOpen({ ...send, canary: over! })).toBe(false);
  });
});

describe('the pages of the first messages', () => {
  const slice = { ...{ slice: 0, n: 0, after: '', through: 'demo:z', last: true, targetedBefore: 0, at: clock.now() }, send };
  const phones = (count: number, provider: (at: number) => PlannedBatch['provider']): Candidate[] =>
    Array.from({ length: count }, (_, at) => ({
      ...{ installationId: `i${String(at).padStart(4, '0')}`, ownerEpoch: 0, suppressedBy: null, variables: null },
      provider: provider(at),
    }));
  const sizes = ({ batches }: Page) => batches.map(({ provider, size, isCanary }) => [provider, size, isCanary ?? false]);

  it('end the first one before any provider has more than its share', () => {
    const page = planPage({ ...slice, candidates: phones(1_000, (at) => (at % 2 ? 'fcm' : 'apns')), canary: canary.roomAfter([]) });

    expect(sizes(page)).toEqual([
      ['apns', 200, true],
      ['fcm', 200, true],
    ]);
    expect([page.last, page.entries.length]).toEqual([false, 400]);
  });

  it('have a batch of their own for who has fewer so far, beside the others', () => {
    const before = new Map([['apns', 200] as const, ['fcm', 150] as const]);
    const page = planPage({
      ...slice,
      candidates: phones(400, (at) => (at % 4 ? 'apns' : 'fcm')),
      canary: { perProvider: 200, before, isAlone: false },
    });

    expect(sizes(page)).toEqual([
      ['fcm', 50, true],
      ['apns', 300, false],
      ['fcm', 50, false],
    ]);
  });
});
