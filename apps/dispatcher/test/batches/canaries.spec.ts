import { TestDispatcher } from './test-dispatcher.ts';
import { aPlatform, closePlatforms } from './test-platform.ts';

afterEach(closePlatforms);

async function aSendThatIsJudged(isCanary: boolean) {
  const platform = aPlatform();
  await platform.register(2);
  const event = await platform.plan(2, { canary: { verdict: 'going', judged: ['fcm'] } }, 0, 0, isCanary);
  return { platform, provider: platform.provider, dispatcher: new TestDispatcher(platform), event };
}

describe('while the first messages of a send to its provider are judged', () => {
  it('they go out', async () => {
    const { provider, dispatcher, event } = await aSendThatIsJudged(true);

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
  });

  it('what comes behind them waits, and goes within a second of the word', async () => {
    const { platform, provider, dispatcher, event } = await aSendThatIsJudged(false);

    await dispatcher.dispatch.execute(event);
    expect(await platform.attempt(event.attemptId)).toMatchObject({
      state: 'parked',
      parkedFor: 'canary',
      dueAt: platform.clock.now() + 100,
    });
    dispatcher.timer.pass(4_000);
    await dispatcher.sweep();
    expect(provider.tokens).toEqual([]);
    expect(await platform.attempt(event.attemptId)).toMatchObject({ parkedFor: 'canary', dueAt: platform.clock.now() + 1_000 });

    await platform.changeSend(event.sendId, { canary: { verdict: 'going', judged: ['fcm', 'apns'] } });
    dispatcher.timer.pass(1_000);
    await dispatcher.sweep();
    expect(provider.tokens).toEqual(['token-0', 'token-1']);
  });
});
