import { TestDispatcher, aBatch } from './test-dispatcher.ts';
import { closePlatforms } from './test-platform.ts';
import { resultsOf } from './test-results.ts';

afterEach(closePlatforms);

describe('what an operator halts', () => {
  it.each([
    ['a provider of the app', { app: 'demo', provider: 'apns' }, 'provider_paused'],
    ['everything', {}, 'held'],
  ] as const)('waits: %s, and goes on within two seconds of the word', async (_what, part, parkedFor) => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.halt(part);

    await dispatcher.dispatch.execute(event);
    dispatcher.timer.pass(60_000);
    await dispatcher.hurry.execute();
    expect(await dispatcher.sweep()).toEqual([]);
    expect(provider.requests).toEqual([]);
    expect(await platform.attempt(event.attemptId)).toMatchObject({ state: 'parked', parkedFor });

    await platform.halt(part, false);
    dispatcher.timer.pass(1_000);
    await dispatcher.hurry.execute();
    await dispatcher.sweep();

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect((await platform.attempt(event.attemptId)).state).toBe('done');
  });

  it('is noticed between two windows, half a second after the word at the latest', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(6, { windowSize: 2 });
    let halted = false;
    provider.onSend = async () => {
      if (!halted) await platform.halt({ app: 'demo', provider: 'apns' });
      halted = true;
      platform.clock.advance(300);
    };

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1', 'token-2', 'token-3']);
    expect(await platform.attempt(event.attemptId)).toMatchObject({ state: 'parked', parkedFor: 'provider_paused' });
    expect(await platform.attemptReader.openWindows(event.sendId)).toBe(0);
  });

  it('holds all of a send that was made after it, however lately halts were read', async () => {
    const { platform, provider, dispatcher } = await aBatch(2);
    await dispatcher.hurry.execute(); // reads what is halted
    platform.clock.advance(100);
    await platform.halt({ app: 'demo', provider: 'apns' });
    platform.clock.advance(100);

    await dispatcher.dispatch.execute(await platform.plan(2, { id: 'a0000000-0000-5000-8000-000000000002' }));

    expect(provider.tokens).toEqual([]);
  });

  it('keeps to itself: another provider and another app go on', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.halt({ app: 'demo', provider: 'fcm' });
    await platform.halt({ app: 'other', provider: 'apns' });

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toHaveLength(2);
  });

  it('is known to a process that has just started', async () => {
    const { platform, provider, event } = await aBatch(2);
    await platform.halt({});

    await new TestDispatcher(platform, 'next').dispatch.execute(event);

    expect(provider.requests).toEqual([]);
  });

  it('does not outlive its messages: they expire as they would have', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    await platform.halt({ app: 'demo', provider: 'apns' });
    await dispatcher.dispatch.execute(event);

    dispatcher.timer.pass(3_600_000);
    await dispatcher.sweep();

    expect(provider.requests).toEqual([]);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ expired: [0, 1] });
  });

  it('holds up a retry, too', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(1);
    provider.script = () => ({ kind: 'throttled', reason: 'x', scope: 'token', afterMs: 5_000 });
    await dispatcher.dispatch.execute(event);
    await platform.halt({ app: 'demo', provider: 'apns' });

    dispatcher.timer.pass(10_000);
    await dispatcher.sweep();

    expect(provider.requests).toHaveLength(1);
    expect(await platform.attempt(`${event.attemptId}.0`)).toMatchObject({ state: 'parked', parkedFor: 'provider_paused' });
  });
});
