import { until, type RunningPlatform } from '../support/platform.ts';
import { Shop, addUp, type SendRecord } from '../support/shop.ts';

const minutes = 60_000;
const message = { title: 'Your order is on its way' };

/** Charlie, Kim and the others. */
export function ownershipStories(platform: () => RunningPlatform): void {
  async function recordOf(token: string): Promise<unknown[]> {
    return (await platform().simulator<unknown[]>('GET', `/ledger?token=${token}`)).body;
  }

  it('R29 does not ring on Kim’s phone with what was planned for Charlie', async () => {
    const shop = await Shop.open(platform(), 'r29');
    const token = await shop.register('phone', { externalId: 'charlie' });
    await platform().simulator('PUT', '/faults', { provider: 'apns', token, behaviour: 'unavailable', times: 1 });
    // The first attempt is refused; before the second, a second later, Kim logs in on the phone.
    const { body: sent } = await shop.call<SendRecord>('POST', '/sends', { to: { users: ['charlie'] }, message });
    await until(
      async () => (await shop.call<{ steps: { detail: string }[] }>('GET', `/sends/${sent.sendId}/explain?installation=phone`)).body,
      ({ steps }) => steps.some(({ detail }) => detail.startsWith('provider_down')),
    );
    await shop.call('PUT', '/installations/phone/user', { externalId: 'kim' });
    const send = await until(
      async () => (await shop.call<SendRecord>('GET', `/sends/${sent.sendId}`)).body,
      ({ state }) => state === 'done',
    );

    expect(send.suppressedBy).toEqual({ owner_changed: 1 });
    expect(await recordOf(token)).toEqual([]);
    const { body: explained } = await shop.call<{ outcome: string; reason: string }>('GET', `/sends/${send.id}/explain?user=charlie`);
    expect(explained).toMatchObject({ outcome: 'skipped', reason: 'owner_changed' });
  });

  it('R22–R27 moves a token from Charlie to Kim and back', async () => {
    const shop = await Shop.open(platform(), 'charlie-kim');
    const token = await shop.register('phone', { externalId: 'charlie' });
    const reachable = async (user: string) =>
      (await shop.call<{ reachable: boolean }>('GET', `/users/${user}/reachability`)).body.reachable;
    const owner = async () =>
      (await shop.call<{ externalId: string }>('POST', '/tokens/lookup', { provider: 'apns', token })).body.externalId;

    await shop.call('PUT', '/installations/phone/user', { externalId: 'kim' });
    expect([await reachable('charlie'), await reachable('kim'), await owner()]).toEqual([false, true, 'kim']);
    const toCharlie = await shop.send({ to: { users: ['charlie'] }, message });
    expect(toCharlie.body).toMatchObject({ state: 'no_target' });
    const toKim = await shop.send({ to: { users: ['kim'] }, message });
    expect(toKim.body.counts).toMatchObject({ targeted: 1, accepted: 1 });

    await shop.call('PUT', '/installations/phone/user', { externalId: 'charlie' });
    expect([await reachable('charlie'), await reachable('kim'), await owner()]).toEqual([true, false, 'charlie']);
    const { body: ledger } = await shop.call<{ items: { event: string; fromExternalId: string | null; toExternalId: string | null }[] }>(
      'GET',
      '/users/charlie/ledger',
    );
    const moves = ledger.items
      .filter(({ event }) => event === 'moved')
      .map(({ fromExternalId, toExternalId }) => [fromExternalId, toExternalId]);
    expect(moves).toEqual([
      ['kim', 'charlie'],
      ['charlie', 'kim'],
    ]);
  });

  it('R39, R40 sends nothing to a user who has just unsubscribed, and again once subscribed', async () => {
    const shop = await Shop.open(platform(), 'wishes');
    const token = await shop.register('phone', { externalId: 'uma' });

    await shop.call('PATCH', '/users/uma', { subscription: 'unsubscribed' });
    const silent = await shop.send({ to: { users: ['uma'] }, message });
    expect(silent.body).toMatchObject({ state: 'done', suppressedBy: { unsubscribed: 1 } });
    expect(await recordOf(token)).toEqual([]);

    await shop.call('PATCH', '/users/uma', { subscription: 'subscribed' });
    const heard = await shop.send({ to: { users: ['uma'] }, message });
    expect(heard.body.counts).toMatchObject({ accepted: 1 });
  });

  it('keeps a token that its SDK confirmed after the time of the provider’s 410', async () => {
    const shop = await Shop.open(platform(), 'confirmed');
    const token = await shop.register('phone', { externalId: 'otto' });
    await platform().simulator('PUT', '/faults', { provider: 'apns', token, behaviour: `invalid_since:${Date.now() - 3_600_000}` });

    const { body: send } = await shop.send({ to: { users: ['otto'] }, message });

    expect(send).toMatchObject({ state: 'done', outcomes: { token_invalid: 1 } });
    const { body: explained } = await shop.call<{ reason: string }>('GET', `/sends/${send.id}/explain?installation=phone`);
    expect(explained.reason).toBe('Unregistered');
    await until(
      async () => (await platform().call<string>('GET', '/metrics')).body,
      (metrics) => !/carillon_purges_pending\{[^}]*\} [1-9]/.test(metrics),
    );
    const { body: record } = await shop.call<{ tokenFingerprint: string | null }>('GET', '/installations/phone');
    expect(record.tokenFingerprint).not.toBeNull();
    await platform().simulator('PUT', '/faults', { provider: 'apns', token, behaviour: 'ok' });
    expect((await shop.send({ to: { users: ['otto'] }, message })).body.counts.accepted).toBe(1);
  });

  it('R12 lets a token follow the newest installation, and sends to it once', async () => {
    const shop = await Shop.open(platform(), 'reinstalled');
    const token = await shop.register('before', { externalId: 'rita' });
    await shop.register('after', { externalId: 'rita', token });

    const { body: send } = await shop.send({ to: { users: ['rita'] }, message });

    expect(send.counts).toMatchObject({ targeted: 2, accepted: 1, suppressed: 1 });
    expect(addUp(send.counts)).toBe(true);
    expect(await recordOf(token)).toHaveLength(1);
  });

  it(
    'waits out an outage of one provider while the other delivers',
    async () => {
      const shop = await Shop.open(platform(), 'outage');
      await shop.register('ringing');
      await shop.register('waiting', { platform: 'android', provider: 'fcm', token: 'cWaiting000000000000:APA91bWaiting' });
      await platform().simulator('PUT', '/faults', { provider: 'fcm', share: 1, behaviour: 'unavailable' });

      const { body: sent } = await shop.send({ to: { everyone: true }, message }, 2);
      const { body: meanwhile } = await shop.call<SendRecord>('GET', `/sends/${sent.sendId}`);
      expect(meanwhile.counts).toMatchObject({ targeted: 2, accepted: 1, remaining: 1 });

      await platform().simulator('PUT', '/faults', { provider: 'fcm', share: 1, behaviour: 'ok' });
      const send = await until(
        async () => (await shop.call<SendRecord>('GET', `/sends/${sent.sendId}`)).body,
        ({ state }) => state === 'done',
        minutes,
      );
      expect(send.counts).toMatchObject({ accepted: 2, possibleDuplicates: 0 });
    },
    2 * minutes,
  );

  it('pauses, resumes and stops a send with the exact remainder', async () => {
    const shop = await Shop.open(platform(), 'paused');
    const token = await shop.register('phone', { externalId: 'pia' });
    await platform().simulator('PUT', '/faults', { provider: 'apns', token, behaviour: 'unavailable' });
    const { body: sent } = await shop.call<SendRecord>('POST', '/sends', { to: { users: ['pia'] }, message });

    const paused = await shop.call<SendRecord>('POST', `/sends/${sent.sendId}/pause`);
    expect(paused.body).toMatchObject({ state: 'paused', counts: { remaining: 1 } });
    const resumed = await shop.call<SendRecord>('POST', `/sends/${sent.sendId}/resume`);
    expect(['planning', 'sending']).toContain(resumed.body.state);
    await shop.call('POST', `/sends/${sent.sendId}/stop`);
    const stopped = await until(
      async () => (await shop.call<SendRecord>('GET', `/sends/${sent.sendId}`)).body,
      ({ counts }) => counts.remaining === 0,
    );
    expect(stopped).toMatchObject({ state: 'stopped', counts: { accepted: 0 } });
    expect(addUp(stopped.counts)).toBe(true);
  });
}
