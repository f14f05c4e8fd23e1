import type { PushToken } from '#libs/kernel';
import { retryAttemptId } from '#libs/sends';
import { ACCEPTED_OUTCOME, type Outcome } from '../../src/providers/outcome.ts';
import { aBatch } from './test-dispatcher.ts';
import { closePlatforms } from './test-platform.ts';
import { positionsOf, resultsOf } from './test-results.ts';

const down: Outcome = { kind: 'provider_down', reason: 'ServiceUnavailable', faultOf: 'provider' };
const flakyNetwork: Outcome = { kind: 'retry_later', reason: 'reset', faultOf: 'network' };
const notBegun: Outcome = { kind: 'retry_later', reason: 'not_begun', faultOf: 'network', afterMs: 0 };

afterEach(closePlatforms);

describe('what providers say', () => {
  it('keeps what a purge compares, and counts a moved token as accepted', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(4);
    await platform.changeInstallation(1, { tokenImported: true });
    const outcomes: Record<string, Outcome> = {
      'token-0': { kind: 'token_invalid', reason: 'Unregistered', invalidSince: 77 },
      'token-1': { kind: 'token_invalid', reason: 'BadDeviceToken' },
      'token-2': { kind: 'token_moved', reason: 'moved', token: { reveal: () => 'a-new-token' } as PushToken },
      'token-3': { kind: 'wrong_sender', reason: 'DeviceTokenNotForTopic' },
    };
    provider.script = (token) => outcomes[token] ?? down;

    await dispatcher.dispatch.execute(event);

    const [told] = platform.attempted();
    expect(told?.tokens).toEqual([
      { index: 0, outcome: 'token_invalid', reason: 'Unregistered', fingerprint: 'fingerprint-0', confirmedAt: 100, imported: false, invalidSince: 77, sealedToken: null },
      { index: 1, outcome: 'token_invalid', reason: 'BadDeviceToken', fingerprint: 'fingerprint-1', confirmedAt: 101, imported: true, invalidSince: null, sealedToken: null },
      { index: 2, outcome: 'token_moved', reason: 'moved', fingerprint: 'fingerprint-2', confirmedAt: 102, imported: false, invalidSince: null, sealedToken: expect.stringMatching(/^v1\.k1\./) as string },
      { index: 3, outcome: 'wrong_sender', reason: 'DeviceTokenNotForTopic', fingerprint: 'fingerprint-3', confirmedAt: 103, imported: false, invalidSince: null, sealedToken: null },
    ]); // prettier-ignore
    expect(positionsOf(told?.imported ?? '')).toEqual([1]);
    expect(JSON.stringify(told)).not.toContain('token-0');
    expect((await platform.attempt(event.attemptId)).state).toBe('done');
  });

  it('R49: tells of a message that was dropped, and of the next one to that token that was not', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3);
    await platform.changeInstallation(1, { droppedSince: 5 });
    provider.script = (token) => (token === 'token-0' ? { kind: 'accepted', reason: 'dropped', finding: 'dropped' } : ACCEPTED_OUTCOME);

    await dispatcher.dispatch.execute(event);

    const [told] = platform.attempted();
    expect(told?.tokens).toMatchObject([
      { index: 0, outcome: 'dropped', reason: 'dropped', fingerprint: 'fingerprint-0', confirmedAt: 100, invalidSince: null },
      { index: 1, outcome: 'received', reason: 'received', fingerprint: 'fingerprint-1', confirmedAt: 101, invalidSince: null },
    ]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'accepted dropped': [0], accepted: [1, 2] });
  });

  it('tries again until it is accepted, each message in one attempt of each depth', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3);
    let tries = 0;
    provider.script = (token) => (token === 'token-1' && (tries += 1) < 3 ? flakyNetwork : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);
    expect(await dispatcher.sweep()).toEqual([]); // not due yet
    dispatcher.timer.pass(1_000);
    expect(await dispatcher.sweep()).toEqual([retryAttemptId(event.attemptId, 0)]);
    dispatcher.timer.pass(1_000);
    const third = retryAttemptId(retryAttemptId(event.attemptId, 0), 0);
    expect(await dispatcher.sweep()).toEqual([third]);
    dispatcher.timer.pass(60_000);
    expect(await dispatcher.sweep()).toEqual([]);

    expect(provider.tokens).toEqual(['token-0', 'token-1', 'token-2', 'token-1', 'token-1']);
    expect(await platform.attempt(third)).toMatchObject({ depth: 3, state: 'done', dueAt: null });
    expect(resultsOf(await platform.attempt(third))).toEqual({ accepted: [1] });
    const told = platform.attempted();
    expect(told.map(({ depth, retrying }) => [depth, positionsOf(retrying)])).toEqual([
      [1, [1]],
      [2, [1]],
      [3, []],
    ]);
  });

  it('publishes a retry again until somebody has claimed it, and then no more', async () => {
    const { provider, dispatcher, event } = await aBatch(1);
    provider.script = () => flakyNetwork;
    await dispatcher.dispatch.execute(event);
    dispatcher.timer.pass(1_000);

    expect(await dispatcher.due.execute()).toBe(1); // and the event is lost
    expect(await dispatcher.due.execute()).toBe(0);
    dispatcher.timer.pass(10_000);
    provider.script = () => ({ kind: 'accepted' });
    expect(await dispatcher.sweep()).toHaveLength(1);
    dispatcher.timer.pass(60_000);
    expect(await dispatcher.due.execute()).toBe(0);
  });

  it('fails with the provider’s last word when the tries are over', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(1);
    provider.script = () => ({ kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'token' });

    await dispatcher.dispatch.execute(event);
    for (let depth = 2; depth <= 6; depth += 1) {
      dispatcher.timer.pass(1_000);
      await dispatcher.sweep();
    }
    dispatcher.timer.pass(60_000);

    expect(await dispatcher.sweep()).toEqual([]);
    expect(provider.tokens).toHaveLength(6);
    const last = await platform.attempt(`${event.attemptId}.0.0.0.0.0`);
    expect(last).toMatchObject({ depth: 6, state: 'done', retry: [] });
    expect(resultsOf(last)).toEqual({ 'throttled QUOTA_EXCEEDED': [0] });
  });

  it('says expired at once where the provider’s delay ends after the message’s time', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(1);
    provider.script = () => ({ kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'token', afterMs: 3_600_000 });

    await dispatcher.dispatch.execute(event);

    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'expired QUOTA_EXCEEDED': [0] });
    expect(platform.attempted()[0]?.retrying).toBe('');
  });

  it('does not send what has expired', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    dispatcher.timer.pass(3_600_000);

    await dispatcher.dispatch.execute(event);

    expect(provider.requests).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ expired: [0, 1] });
  });

  it('sends at once, with owners read anew, what was provably not processed', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token, request) => (token === 'token-1' && request === provider.requests[0] ? notBegun : { kind: 'accepted' });
    provider.onSend = async () => {
      if (provider.requests.length === 1) await platform.changeInstallation(1, { ownerEpoch: 1 });
    };

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0], 'skipped owner_changed': [1] });
    expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([]);
  });

  it('parks what a busy provider never begins', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token) => (token === 'token-1' ? notBegun : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);

    const parked = await platform.attempt(event.attemptId);
    expect(parked).toMatchObject({ state: 'parked', parkedFor: 'busy' });
    expect([...parked.intended, ...parked.doubt]).toEqual([]);
    provider.script = () => ({ kind: 'accepted' });
    dispatcher.timer.pass(2_000);
    await dispatcher.sweep();
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0, 1] });
  });
});
