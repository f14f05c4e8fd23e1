import { retryAttemptId } from '#libs/sends';
import type { Outcome } from '../../src/providers/outcome.ts';
import { TestDispatcher, aBatch } from './test-dispatcher.ts';
import { closePlatforms } from './test-platform.ts';
import { resultsOf } from './test-results.ts';

const silent: Outcome = { kind: 'unknown', reason: 'deadline' };

afterEach(closePlatforms);

describe('pause, stop and drain', () => {
  it('parks a paused send, and goes on soon after it is resumed', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.changeSend(event.sendId, { state: 'paused', pausedFrom: 'sending' });

    await dispatcher.dispatch.execute(event);
    dispatcher.timer.pass(60_000);
    await dispatcher.hurry.execute();
    expect(await dispatcher.sweep()).toEqual([]);
    await platform.changeSend(event.sendId, { state: 'sending', pausedFrom: null });
    await dispatcher.hurry.execute();
    await dispatcher.sweep();

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect((await platform.attempt(event.attemptId)).state).toBe('done');
  });

  it('keeps a batch that was planned for the end of quiet hours until then, though the send is resumed meanwhile', async () => {
    const { platform, provider, dispatcher } = await aBatch(2);
    const event = await platform.plan(2, { id: 'held' }, 0, 600_000);
    await dispatcher.dispatch.execute(event);
    expect(await platform.attempt(event.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'until_quiet_hours_end' });
    dispatcher.timer.pass(599_000);
    await dispatcher.dispatch.execute(event);
    expect(provider.tokens).toEqual([]);

    dispatcher.timer.pass(1_000);
    await dispatcher.sweep();

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
  });

  it('notices a pause between two windows', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(4, { windowSize: 2 });
    provider.onSend = () => platform.changeSend(event.sendId, { state: 'paused', pausedFrom: 'sending' });

    await dispatcher.dispatch.execute(event);

    const attempt = await platform.attempt(event.attemptId);
    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(attempt).toMatchObject({ state: 'parked', parkedFor: 'paused' });
    expect(await platform.attemptReader.openWindows(event.sendId)).toBe(0);
  });

  it('settles a stopped send, what waits for another try included', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token) =>
      token === 'token-0' ? { kind: 'accepted' } : { kind: 'throttled', reason: 'x', scope: 'token', afterMs: 600_000 };
    await dispatcher.dispatch.execute(event);
    await platform.changeSend(event.sendId, { state: 'stopped' });

    await dispatcher.hurry.execute();
    await dispatcher.sweep();

    expect(resultsOf(await platform.attempt(retryAttemptId(event.attemptId, 0)))).toEqual({ 'skipped send_stopped': [1] });
    expect(provider.tokens).toHaveLength(2);
  });

  it('settles a stopped send before its first window', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.changeSend(event.sendId, { state: 'stopped' });

    await dispatcher.dispatch.execute(event);

    expect(provider.requests).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ 'skipped send_stopped': [0, 1] });
  });

  it('begins nothing more while it drains, and leaves the rest to the next process', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(4, { windowSize: 2 });
    provider.onSend = async () => {
      dispatcher.draining.begin();
    };
    provider.script = (token) => (token === 'token-0' ? silent : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);

    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ state: 'parked', parkedFor: 'draining', dueAt: platform.clock.now() });
    expect([...attempt.doubt]).toEqual([0]);
    await new TestDispatcher(platform, 'next').sweep();
    expect(provider.tokens).toEqual(['token-0', 'token-1', 'token-2', 'token-3']);
  });
});
