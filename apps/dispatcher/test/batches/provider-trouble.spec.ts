import { retryAttemptId } from '#libs/sends';
import type { Outcome } from '../../src/providers/outcome.ts';
import { aBatch, whileTimePasses } from './test-dispatcher.ts';
import { closePlatforms } from './test-platform.ts';
import { positionsOf, resultsOf } from './test-results.ts';

const down: Outcome = { kind: 'provider_down', reason: 'ServiceUnavailable', faultOf: 'provider' };

afterEach(closePlatforms);

describe('a provider in trouble', () => {
  it('is left alone after half of twenty answers said that it is down, and probed with one message', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(40);
    const other = await platform.plan(40, { id: 'other-send' });
    provider.script = () => down;

    await dispatcher.dispatch.execute(event);
    await dispatcher.dispatch.execute(other);

    expect(provider.tokens).toHaveLength(40);
    expect(await platform.attempt(other.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'provider_down', revision: 1 });
    dispatcher.timer.pass(1_100);
    await dispatcher.dispatch.execute(other);
    expect(provider.tokens).toHaveLength(41); // the probe, and it said down again
    provider.script = () => ({ kind: 'accepted' });
    for (let second = 0; second < 5; second += 1) {
      dispatcher.timer.pass(2_000);
      await whileTimePasses(dispatcher.timer, dispatcher.sweep());
    }
    expect((await platform.attempt(other.attemptId)).state).toBe('done');
    expect((await platform.attempt(retryAttemptId(event.attemptId, 0))).state).toBe('done');
    expect(new Set(provider.tokens).size).toBe(40);
  });

  it('parks without a claim on any message while the provider cannot be reached', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.admission = { admitted: false, outcome: { kind: 'provider_down', reason: 'connect_failed', faultOf: 'network' } };

    await dispatcher.dispatch.execute(event);

    const parked = await platform.attempt(event.attemptId);
    expect(parked).toMatchObject({ state: 'parked', parkedFor: 'provider_down' });
    expect([...parked.intended, ...parked.doubt]).toEqual([]);
    expect(dispatcher.gates.all()[0]?.gate.health()).toMatchObject({ health: 'down', detail: 'connect_failed' });
  });

  it('waits with a credential that is refused until there is another one', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3);
    provider.script = () => ({ kind: 'credentials_bad', reason: 'InvalidProviderToken', refreshable: false });
    const later = await platform.plan(3, { id: 'later-send' });

    await dispatcher.dispatch.execute(event);
    await dispatcher.dispatch.execute(later);

    expect(provider.tokens).toHaveLength(3);
    expect(await platform.attempt(later.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'credentials_refused' });
    expect(dispatcher.gates.all()[0]?.gate.health()).toMatchObject({ health: 'credentials_refused', detail: 'InvalidProviderToken' });
    platform.credentials.credential = { id: 'demo:apns:2', simulated: true, bundleIds: ['app.demo'], fields: {} };
    provider.script = () => ({ kind: 'accepted' });
    await dispatcher.dispatch.execute(later);
    expect(resultsOf(await platform.attempt(later.attemptId))).toEqual({ accepted: [0, 1, 2] });
  });

  it('slows down when it is throttled as a whole', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(100);
    const next = await platform.plan(100, { id: 'next-send' });
    provider.script = () => ({ kind: 'throttled', reason: 'QUOTA_EXCEEDED', scope: 'provider' });

    await dispatcher.dispatch.execute(event);
    const limit = dispatcher.gates.all()[0]?.gate.rate.limit ?? Infinity;
    provider.script = () => ({ kind: 'accepted' });
    const before = platform.clock.now();
    await whileTimePasses(dispatcher.timer, dispatcher.dispatch.execute(next));
    expect(await platform.attempt(next.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'busy' }); // handlers are short
    await whileTimePasses(dispatcher.timer, dispatcher.sweep());

    const seconds = (platform.clock.now() - before) / 1_000;
    expect(limit).toBeLessThan(100);
    expect((await platform.attempt(next.attemptId)).state).toBe('done');
    expect((provider.tokens.length - 100) / seconds).toBeLessThan(limit * 3); // it rises again, step by step
  });
});

describe('an event that was given up', () => {
  it('leaves its messages dead, so that the counts close, and a replay sends them', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await dispatcher.bury.execute(event, 'handler_failed');

    const dead = await platform.attempt(event.attemptId);
    expect(resultsOf(dead)).toEqual({ 'dead handler_failed': [0, 1] });
    expect(dead).toMatchObject({ state: 'done', dueAt: null });
    await dispatcher.dispatch.execute(event); // the replay
    await dispatcher.sweep();

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(resultsOf(await platform.attempt(retryAttemptId(event.attemptId, 0)))).toEqual({ accepted: [0, 1] });
    expect(platform.attempted().map(({ depth, retrying }) => [depth, positionsOf(retrying)])).toEqual([
      [1, []],
      [1, [0, 1]],
      [2, []],
    ]);
  });

  it('counts nothing for what was never planned', async () => {
    const { platform, dispatcher, event } = await aBatch(1);

    await dispatcher.bury.execute({ ...event, attemptId: `${event.batchId}:nonsense` }, 'invalid_data');

    expect(platform.attempted()).toEqual([]);
  });
});
