import type { Outcome } from '../../src/providers/outcome.ts';
import { TestDispatcher, aBatch } from './test-dispatcher.ts';
import { closePlatforms } from './test-platform.ts';
import { positionsOf, resultsOf } from './test-results.ts';

const silent: Outcome = { kind: 'unknown', reason: 'deadline' };

afterEach(closePlatforms);

describe('doubt', () => {
  it('counts an unanswered message as possibly sent before it is sent again, and keeps counting it', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    provider.script = (token) => (token === 'token-0' ? silent : { kind: 'accepted' });

    await dispatcher.dispatch.execute(event);

    const first = await platform.attempt(event.attemptId);
    expect([...first.doubt]).toEqual([0]);
    await platform.changeUser(0, { subscription: 'unsubscribed' });
    dispatcher.timer.pass(1_000);
    await dispatcher.sweep();
    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([0]);
  });

  it('does not wait for ever for a provider that never answers', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    const handed = Promise.withResolvers<undefined>();
    provider.onSend = () => {
      handed.resolve(undefined);
      return Promise.withResolvers<never>().promise;
    };

    const dispatching = dispatcher.dispatch.execute(event);
    await handed.promise;
    dispatcher.timer.pass(15_000);
    await dispatching;

    const attempt = await platform.attempt(event.attemptId);
    expect(resultsOf(attempt)).toEqual({ 'retry_later no_answer': [0, 1] });
    expect([...attempt.doubt]).toEqual([0, 1]);
  });

  it('stores what a dead worker may have sent, before its successor sends again', async () => {
    const { platform, provider, event } = await aBatch(2);
    const dead = new TestDispatcher(platform, 'dead');
    const handed = Promise.withResolvers<undefined>();
    provider.onSend = () => {
      handed.resolve(undefined);
      return Promise.withResolvers<never>().promise;
    };
    void dead.dispatch.execute(event);
    await handed.promise;
    provider.onSend = async () => {
      expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([0, 1]);
    };
    const heir = new TestDispatcher(platform, 'heir');

    await heir.dispatch.execute(event); // the lease still runs
    expect(provider.tokens).toHaveLength(2);
    platform.clock.advance(30_000);
    await heir.sweep();

    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ state: 'done', epoch: 2, owner: 'heir' });
    expect(resultsOf(attempt)).toEqual({ accepted: [0, 1] });
    expect([...attempt.doubt]).toEqual([0, 1]);
    expect(provider.tokens).toHaveLength(4);
    expect(platform.attempted().map(({ doubt }) => positionsOf(doubt))).toEqual([[0, 1]]);
  });

  it('lets a fenced worker neither send more nor say more', async () => {
    const { platform, provider, event } = await aBatch(4, { windowSize: 2 });
    const slow = new TestDispatcher(platform, 'slow', { windowSize: 2 });
    const heir = new TestDispatcher(platform, 'heir', { windowSize: 2 });
    provider.onSend = async () => {
      provider.onSend = () => Promise.resolve();
      platform.clock.advance(30_000);
      await heir.dispatch.execute(event);
    };

    await slow.dispatch.execute(event);

    expect(provider.requests.map(({ recipients }) => recipients.length)).toEqual([2, 2, 2]); // the slow one's first, then the heir's two
    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ owner: 'heir', state: 'done' });
    expect([...attempt.doubt]).toEqual([0, 1]);
    expect(platform.attempted().every(({ revision }) => revision > 2)).toBe(true);
  });

  it('lets a worker that stood still after its intention was stored, and was taken over, send none of it', async () => {
    const { platform, provider, event } = await aBatch(2);
    const still = new TestDispatcher(platform, 'still');
    const heir = new TestDispatcher(platform, 'heir');
    const admit = provider.admit.bind(provider);
    provider.admit = async () => {
      provider.admit = admit;
      platform.clock.advance(30_000);
      await heir.dispatch.execute(event);
      return admit();
    };

    await still.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(await platform.attempt(event.attemptId)).toMatchObject({ owner: 'heir', state: 'done' });
  });

  it('keeps the answers it has when a later step fails, and doubts only what was on its way', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(3, { windowSize: 2 });
    provider.onSend = async () => {
      if (provider.requests.length === 2) throw new Error('a fault of ours');
    };

    await expect(dispatcher.dispatch.execute(event)).rejects.toThrow('a fault of ours');

    const attempt = await platform.attempt(event.attemptId);
    expect(resultsOf(attempt)).toEqual({ accepted: [0, 1], 'retry_later internal_fault': [2] });
    expect([...attempt.doubt]).toEqual([2]);
    await dispatcher.dispatch.execute(event); // the event's next try finds nothing left to do
    expect(provider.requests).toHaveLength(2);
  });

  it('doubts only the part of a window whose sending failed, when another part has its answers', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(60);
    provider.onSend = async () => {
      if (provider.requests.length === 2) throw new Error('a fault of ours');
    };

    await expect(dispatcher.dispatch.execute(event)).rejects.toThrow('a fault of ours');

    const attempt = await platform.attempt(event.attemptId);
    expect(provider.requests.map(({ recipients }) => recipients.length)).toEqual([25, 25, 10]);
    expect([...attempt.doubt]).toEqual(Array.from({ length: 25 }, (_, n) => 25 + n));
    expect(resultsOf(attempt)['accepted']).toHaveLength(35);
  });

  it('doubts nothing when the fault came before anything was handed over, and its event may try again at once', async () => {
    const { platform, provider, dispatcher, event } = await aBatch(2);
    const readRecipients = platform.installations.readRecipients.bind(platform.installations);
    platform.installations.readRecipients = () => Promise.reject(new Error('a fault of ours'));
    await expect(dispatcher.dispatch.execute(event)).rejects.toThrow('a fault of ours');
    expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([]);
    platform.installations.readRecipients = readRecipients;

    await dispatcher.dispatch.execute(event);

    expect(provider.tokens).toEqual(['token-0', 'token-1']);
    expect(resultsOf(await platform.attempt(event.attemptId))).toEqual({ accepted: [0, 1] });
  });
});
