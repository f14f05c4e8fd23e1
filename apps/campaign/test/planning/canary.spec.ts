import { IndexSet, noResult, type BatchResult, type OutcomeCode, type PlannedBatch } from '#libs/sends';
import { FixedClock, aPage, aSend } from '#libs/testing';
import { Canary } from '../../src/planning/canary.ts';

const clock = new FixedClock('2026-01-01T00:00:00Z');
const canary = new Canary(clock, 200);
const send = aSend({ recipients: 1_000_000, lane: 'bulk' });
const batch = (provider: PlannedBatch['provider'], size: number): PlannedBatch => ({
  ...{ id: `${send.id}:0:000000:${provider === 'apns' ? 0 : 1}`, provider, size, lane: 'bulk', dueAt: 0 },
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

describe('the first messages of a send', () => {
  it('are sent alone where there are many behind them, and only once', () => {
    expect(canary.isOpen(send)).toBe(true);
    expect(canary.isOpen({ ...send, recipients: 2_000 })).toBe(false);
    expect(canary.isOpen({ ...send, lane: 'transactional' })).toBe(false);
    expect(canary.isOpen({ ...send, options: { ...send.options, dryRun: true } })).toBe(false);
    expect(canary.isOpen({ ...send, canary: { verdict: 'passed' } })).toBe(false);
    expect(new Canary(clock, 0).isOpen(send)).toBe(false);
  });

  it('are the first page of the first slice; everything else waits', () => {
    const page = header();

    expect(canary.holds(send, 0, undefined)).toBe(false);
    expect(canary.pageSize(send, 0, undefined)).toBe(200);
    expect(canary.holds(send, 0, page)).toBe(true);
    expect(canary.holds(send, 1, undefined)).toBe(true);
    expect(canary.holds({ ...send, canary: { verdict: 'passed' } }, 1, undefined)).toBe(false);
  });

  it.each([
    ['payload_bad', 'BadPriority'],
    ['template_error', 'missing user.name'],
    ['wrong_sender', 'DeviceTokenNotForTopic'],
    ['token_invalid', 'BadDeviceToken'],
  ] as const)('stop the rest where half the answers of a provider are %s', (outcome, reason) => {
    const apns = batch('apns', 100);
    const verdict = canary.judge(header(apns), known(result(apns, [[50, outcome, reason], [50, 'accepted']]))); // prettier-ignore

    expect(verdict).toEqual({ kind: 'failed', canary: { verdict: 'failed', provider: 'apns', outcome, reason, answers: 100, bad: 50 } });
  });

  it('stop it for one provider of several, before the others have answered', () => {
    const [apns, fcm] = [batch('apns', 150), batch('fcm', 50)];

    expect(canary.judge(header(apns, fcm), known(result(fcm, [[30, 'wrong_sender', 'SENDER_ID_MISMATCH']])))).toMatchObject({
      kind: 'failed',
      canary: { provider: 'fcm', answers: 30, bad: 30 },
    });
  });

  it('let it go where fewer than half find fault, or too few have answered to say', () => {
    const apns = batch('apns', 100);
    const fcm = batch('fcm', 19);

    expect(canary.judge(header(apns), known(result(apns, [[49, 'token_invalid', 'Unregistered'], [51, 'accepted']])))).toEqual({ kind: 'passed' }); // prettier-ignore
    expect(canary.judge(header(fcm), known(result(fcm, [[19, 'payload_bad', 'x']])))).toEqual({ kind: 'passed' });
  });

  it('leave out whom no provider was asked about', () => {
    const apns = batch('apns', 100);

    expect(
      canary.judge(
        header(apns),
        known(
          result(apns, [
            [70, 'skipped', 'unsubscribed'],
            [20, 'wrong_sender', 'x'],
            [10, 'accepted'],
          ]),
        ),
      ),
    ).toMatchObject({
      // prettier-ignore
      kind: 'failed',
      canary: { answers: 30, bad: 20 },
    });
  });

  it('are waited for until nine tenths have answered, or five seconds: a provider that is down is no fault of the send', () => {
    const apns = batch('apns', 100);
    const page = header(apns);

    expect(canary.judge(page, known())).toEqual({ kind: 'waiting' });
    expect(canary.judge(page, known(result(apns, [[89, 'accepted']])))).toEqual({ kind: 'waiting' });
    expect(canary.judge(page, known(result(apns, [[90, 'accepted']])))).toEqual({ kind: 'passed' });
    clock.advance(5_000);
    expect(canary.judge(page, known())).toEqual({ kind: 'passed' });
  });
});
