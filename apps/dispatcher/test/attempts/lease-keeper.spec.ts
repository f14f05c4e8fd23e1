import { LeaseKeeper, RENEWALS_PER_LEASE } from '../../src/attempts/lease-keeper.ts';
import { TestDispatcher, aBatch } from '../batches/test-dispatcher.ts';
import { closePlatforms } from '../batches/test-platform.ts';

const leaseMs = 10_000;
const renewalMs = leaseMs / RENEWALS_PER_LEASE;

afterEach(closePlatforms);

/** A worker whose provider has the messages and does not answer yet, and another worker. */
async function aSlowProvider() {
  const { platform, provider, dispatcher: slow, event } = await aBatch(2, { leaseMs });
  const [handed, answer] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  provider.onSend = async () => {
    handed.resolve(undefined);
    await answer.promise;
  };
  const dispatching = slow.dispatch.execute(event);
  await handed.promise;
  const answered = async () => {
    answer.resolve(undefined);
    await dispatching;
  };
  const heir = new TestDispatcher(platform, 'heir', { leaseMs });
  return { platform, provider, event, slow, heir, answered };
}

describe('the lease of a batch', () => {
  it('does not end while its worker waits for a slow provider, however much longer that takes', async () => {
    const { platform, provider, event, slow, heir, answered } = await aSlowProvider();

    for (let passed = 0; passed < 2 * leaseMs; passed += renewalMs) {
      platform.clock.advance(renewalMs);
      await slow.leases.renew();
      expect(await heir.sweep()).toEqual([]);
    }
    await answered();

    const attempt = await platform.attempt(event.attemptId);
    expect(attempt).toMatchObject({ state: 'done', epoch: 1, owner: 'worker-1' });
    expect(attempt.doubt.isEmpty).toBe(true);
    expect(provider.tokens).toHaveLength(2);
  });

  it('ends with its worker, so that another one goes on', async () => {
    const { platform, provider, event, heir } = await aSlowProvider();

    platform.clock.advance(leaseMs - 1);
    expect(await heir.sweep()).toEqual([]);
    platform.clock.advance(1);
    provider.onSend = async () => {
      expect([...(await platform.attempt(event.attemptId)).doubt]).toEqual([0, 1]); // stored before anything is sent again
    };
    await heir.sweep();

    expect(await platform.attempt(event.attemptId)).toMatchObject({ owner: 'heir', epoch: 2, state: 'done' });
  });

  it('is not renewed by a worker that stood still and was taken over meanwhile', async () => {
    const { platform, provider, event, slow, heir } = await aSlowProvider();
    provider.onSend = () => Promise.resolve();
    platform.clock.advance(leaseMs);
    await heir.sweep();
    const taken = await platform.attempt(event.attemptId);

    await slow.leases.renew();

    expect(taken).toMatchObject({ owner: 'heir', state: 'done' });
    expect(await platform.attempt(event.attemptId)).toEqual(taken);
  });

  it('is renewed once more at the beginning of a drain, which takes less time than a lease', async () => {
    const { platform, event, slow } = await aSlowProvider();
    platform.clock.advance(renewalMs - 1);
    await slow.leases.renew();
    const young = (await platform.attempt(event.attemptId)).leaseUntil;

    await slow.leases.renew(true);

    expect(young).toBe(platform.clock.now() - (renewalMs - 1) + leaseMs);
    expect((await platform.attempt(event.attemptId)).leaseUntil).toBe(platform.clock.now() + leaseMs);
  });

  it('is not kept for ever for a worker that is stuck', async () => {
    const { platform, event, slow } = await aSlowProvider();
    platform.clock.advance(30_000);

    await slow.leases.renew();

    expect((await platform.attempt(event.attemptId)).leaseUntil).toBeLessThan(platform.clock.now());
  });

  it('costs nothing where batches are answered sooner', async () => {
    const { platform, dispatcher, event } = await aBatch(2, { leaseMs });
    const before = platform.store.sql('SELECT total_changes() AS n').get();
    await new LeaseKeeper(platform.attempts, platform.clock, leaseMs).renew();
    expect(platform.store.sql('SELECT total_changes() AS n').get()).toEqual(before);
    await dispatcher.dispatch.execute(event);
    const { revision } = await platform.attempt(event.attemptId);

    await dispatcher.leases.renew(true);

    expect((await platform.attempt(event.attemptId)).revision).toBe(revision);
  });
});
