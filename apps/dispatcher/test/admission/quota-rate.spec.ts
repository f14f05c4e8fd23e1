import { describeWithEngines } from '#libs/testing/engines';
import { FixedClock } from '#libs/testing';
import { RedisOnClock, freshPrefix } from '#libs/testing/redis';
import { OwnProviderRates } from '../../src/admission/adaptive-rate.ts';
import { ProviderGates } from '../../src/admission/provider-gates.ts';
import { RedisProviderRates } from '../../src/admission/redis-provider-rates.ts';
import type { ProviderRates } from '../../src/admission/sending-rate.ts';
import { FcmProtocol } from '../../src/providers/fcm/fcm-protocol.ts';
import { fcmSettings } from '../../src/providers/fcm/settings.ts';
import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import { TestTimer } from './test-timer.ts';

const settings = { probeAfterMs: 1, credentialProbeAfterMs: 1 };
const quota = { name: 'fcm:a-project', perMinute: 600_000 };

function gatesWith(rates: ProviderRates, clock: FixedClock): ProviderGates {
  return new ProviderGates(1_000, () => settings, rates, clock, new TestTimer(clock));
}

/** Everybody wants all there is, for so many seconds; what all of them got. */
async function rush(gates: readonly ProviderGates[], apps: readonly string[], clock: FixedClock, seconds: number): Promise<number> {
  let granted = 0;
  for (let step = 0; step < seconds * 20; step += 1) {
    clock.advance(50);
    for (const each of gates)
      for (const app of apps) {
        const { rate } = each.of(app, 'fcm', false, quota).gate;
        await rate.prepare(500, clock.now());
        granted += rate.take(500, clock.now()).granted;
      }
  }
  return granted;
}

describe('a quota of a project', () => {
  it('is what all its apps get together, and no more', async () => {
    const clock = new FixedClock();
    const gates = gatesWith(new OwnProviderRates(), clock);

    const granted = await rush([gates], ['shop', 'club'], clock, 10);

    expect(granted).toBeLessThanOrEqual(110_000); // ten seconds, and what a second's bucket holds
    expect(granted).toBeGreaterThan(90_000);
  });

  it('limits nobody else, and is no sign of trouble', () => {
    const clock = new FixedClock();
    const gates = gatesWith(new OwnProviderRates(), clock);
    clock.advance(1_000);
    const { gate } = gates.of('shop', 'fcm', false, quota);
    for (let times = 0; times < 100; times += 1) gate.rate.take(500, clock.now());

    expect(gate.rate.take(500, clock.now()).granted).toBe(0);
    expect(gate.isCalm).toBe(true);
    expect(gates.of('other', 'fcm', false, { name: 'fcm:another', perMinute: 600_000 }).gate.rate.take(500, clock.now()).granted).toBe(500);
    expect(gates.of('shop', 'apns', false).gate.rate.take(500, clock.now()).granted).toBe(500);
  });

  it('has back what was taken and not sent', () => {
    const clock = new FixedClock();
    clock.advance(1_000);
    const { rate } = gatesWith(new OwnProviderRates(), clock).of('shop', 'fcm', false, { name: 'fcm:small', perMinute: 600 }).gate;
    clock.advance(1_000);

    expect(rate.take(10, clock.now()).granted).toBe(10);
    rate.giveBack(4);
    expect(rate.take(4, clock.now()).granted).toBe(4);
    expect(rate.take(1, clock.now()).granted).toBe(0);
  });

  it('is that of the service account, as the settings say', () => {
    const protocol = (more = {}) => new FcmProtocol(fcmSettings.parse(more), new MemorySharedTokens(), new FixedClock());
    const credential = { id: 'demo:1', simulated: false, bundleIds: ['app'], fields: { serviceAccount: { project_id: 'a-project' } } };

    expect(protocol().quotaOf(credential)).toEqual(quota);
    expect(protocol({ FCM_QUOTA_PER_MINUTE: '1200' }).quotaOf(credential)).toEqual({ ...quota, perMinute: 1_200 });
    expect(protocol({ FCM_QUOTA_PER_MINUTE: '0' }).quotaOf(credential)).toBeUndefined();
    expect(protocol().quotaOf({ ...credential, simulated: true })).toBeUndefined();
  });
});

describeWithEngines('a quota of a project in Redis', ({ REDIS_URL }) => {
  it('is what all processes get together', async () => {
    const clock = new FixedClock();
    const prefix = freshPrefix();
    const clients = [1, 2].map(() => new RedisOnClock(REDIS_URL, clock, prefix));
    const gates = clients.map((redis) => gatesWith(new RedisProviderRates(redis, clock), clock));

    const granted = await rush(gates, ['shop', 'club'], clock, 5);
    for (const redis of clients) redis.close();

    expect(granted).toBeLessThanOrEqual(60_000);
    expect(granted).toBeGreaterThan(30_000);
  });
});
