import { Random, type ProviderName } from '#libs/kernel';
import type { Outcome } from '../../src/providers/outcome.ts';
import { FCM_RETRIES_WITHIN_MS } from '../../src/providers/fcm/plug.ts';
import { RetryDelays } from '../../src/attempts/retry-delays.ts';

class Chance extends Random {
  constructor(private readonly value: number) {
    super();
  }

  next(): number {
    return this.value;
  }
}

class RisingChance extends Random {
  #n = 0;

  next(): number {
    return (this.#n += 0.1);
  }
}

const providers = new Map<ProviderName, number>([
  ['apns', 900_000],
  ['fcm', 10_000],
]);
const bases = { network: 1_000, providers, throttled: 60_000, credentials: 30_000 };
const least = new RetryDelays(new Chance(0), bases);
const most = new RetryDelays(new Chance(0.999_999), bases);

const serverFault: Outcome = { kind: 'retry_later', reason: 'InternalServerError', faultOf: 'provider' };
const networkFault: Outcome = { kind: 'retry_later', reason: 'reset', faultOf: 'network' };

describe('how long a message waits for its next attempt', () => {
  it.each<[string, Outcome, 'apns' | 'fcm', number]>([
    ['a second after a fault of the network', networkFault, 'fcm', 1_000],
    ['a second when nobody knows the result', { kind: 'unknown', reason: 'deadline' }, 'apns', 1_000],
    ['ten seconds after a fault of FCM', serverFault, 'fcm', 10_000],
    ['a quarter of an hour after a fault of APNs', serverFault, 'apns', 900_000],
    ['a minute when it was throttled', { kind: 'throttled', reason: 'x', scope: 'token' }, 'fcm', 60_000],
    ['half a minute when the credential was refused', { kind: 'credentials_bad', reason: 'x', refreshable: false }, 'apns', 30_000],
  ])('is at least %s', (_, outcome, provider, baseMs) => {
    expect(least.ofBatch(provider, false, 1, 0)(outcome)).toBe(baseMs);
    expect(most.ofBatch(provider, false, 1, 0)(outcome)).toBeLessThanOrEqual(baseMs * 2);
  });

  it('doubles with every attempt, chance deciding within', () => {
    expect(most.ofBatch('fcm', false, 3, 0)(networkFault)).toBe(8_000);
    expect(least.ofBatch('fcm', false, 3, 0)(networkFault)).toBe(1_000);
  });

  it('end with the third try of what its provider does not explain', () => {
    const unexplained: Outcome = { kind: 'retry_later', reason: 'UNSPECIFIED_ERROR', faultOf: 'provider', maxTries: 3 };

    expect([1, 2, 3].map((depth) => least.ofBatch('fcm', false, depth, 0)(unexplained))).toEqual([10_000, 10_000, null]);
  });

  it('of FCM are an hour altogether at most, where it names none itself', () => {
    const delays = new RetryDelays(new Chance(1), { ...bases, longest: new Map([['fcm', FCM_RETRIES_WITHIN_MS / 5]]) });
    const throttled: Outcome = { kind: 'throttled', reason: 'x', scope: 'token' };
    const waits = [1, 2, 3, 4, 5].map((depth) => delays.ofBatch('fcm', false, depth, 0)(throttled));

    expect(waits).toEqual([120_000, 240_000, 480_000, 720_000, 720_000]);
    expect(waits.reduce<number>((sum, wait) => sum + (wait ?? 0), 0)).toBeLessThanOrEqual(FCM_RETRIES_WITHIN_MS);
    expect(delays.ofBatch('apns', false, 1, 0)(serverFault)).toBe(1_800_000);
  });

  it('is a second and more for simulated credentials, whatever the fault', () => {
    expect(least.ofBatch('apns', true, 1, 0)(serverFault)).toBe(1_000);
    expect(least.probeAfterMs('apns', true)).toBe(1_000);
    expect(least.probeAfterMs('apns', false)).toBe(900_000);
  });

  it('is the provider’s own delay where it named one, and never less', () => {
    const throttled: Outcome = { kind: 'throttled', reason: 'x', scope: 'provider', afterMs: 7_000 };

    expect(least.ofBatch('fcm', true, 5, 1_000)(throttled)).toBe(8_000);
    expect(most.ofBatch('fcm', true, 5, 1_000)(throttled)).toBe(8_700);
  });

  it('is the same for all messages of a batch that failed alike', () => {
    const retryAt = new RetryDelays(new RisingChance(), bases).ofBatch('fcm', false, 1, 0);

    expect(retryAt(networkFault)).toBe(retryAt({ ...networkFault, reason: 'goaway' }));
    expect(retryAt(serverFault)).not.toBe(retryAt(networkFault));
  });
});
