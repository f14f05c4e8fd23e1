import type { Lane } from '#libs/kernel';
import { AdaptiveRate, RAMP_STEPS } from '../../src/admission/adaptive-rate.ts';
import { LEAST_PEAK, ProviderGate, type Admitted, type GateSettings } from '../../src/admission/provider-gate.ts';
import { endOfSpike } from '../../src/admission/quarter-hours.ts';
import { NO_SIGNALS, SignalReport, decisive, type ProviderSignals } from '../../src/admission/provider-signals.ts';

const now = 1_000_000;
const key = 'demo:fcm:1';

function aGate(settings: Partial<GateSettings> = {}) {
  return new ProviderGate({ probeAfterMs: 10_000, credentialProbeAfterMs: 30_000, ...settings }, new AdaptiveRate());
}

function admitted(gate: ProviderGate, at: number, messages = 500): Admitted {
  const admittance = gate.admit('bulk', messages, key, at);
  if (admittance.kind !== 'admitted') throw new Error(`not admitted: ${admittance.kind}`);
  return admittance;
}

const all = (down: number): ProviderSignals => ({ ...NO_SIGNALS, answers: 500, down, downReason: 'UNAVAILABLE' });

describe('the gate of a provider', () => {
  it('lets everything through while all is well', () => {
    const gate = aGate();

    expect(gate.admit('bulk', 500, key, now)).toEqual({ kind: 'admitted', messages: 500, probe: null });
    expect(gate.health()).toEqual({ health: 'ok', detail: null, since: null, retryAt: null });
    expect(gate.isCalm).toBe(true);
  });

  it('parks what comes while the provider is down, one behind the other', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, all(500), key, now);

    expect(gate.closed('bulk', key, now)).toEqual({ kind: 'park', reason: 'provider_down', dueAt: now + 10_000 });
    expect(gate.admit('bulk', 500, key, now)).toEqual({ kind: 'park', reason: 'provider_down', dueAt: now + 10_020 });
    expect(gate.admit('transactional', 1, key, now)).toEqual({ kind: 'park', reason: 'provider_down', dueAt: now + 10_000 });
    expect(gate.health()).toEqual({ health: 'down', detail: 'UNAVAILABLE', since: now, retryAt: now + 10_000 });
  });

  it('leaves a provider alone as long as it said that it takes nothing, and says so', () => {
    const gate = aGate();
    const rest = { ms: 8 * 3_600_000, reason: '30604' };
    gate.observe(admitted(gate, now), 500, { ...NO_SIGNALS, answers: 500, throttled: 1, rest }, key, now);
    const until = now + rest.ms;

    expect(gate.admit('bulk', 500, key, now + 1_000)).toEqual({ kind: 'park', reason: 'provider_down', dueAt: until });
    expect(gate.closed('transactional', key, until - 1)).toMatchObject({ reason: 'provider_down' });
    expect(gate.health()).toEqual({ health: 'down', detail: '30604', since: now, retryAt: until });
    expect(gate.isCalm).toBe(false);
    expect(gate.admit('bulk', 500, key, until).kind).toBe('wait');
    expect(gate.rate.limit).toBeCloseTo(LEAST_PEAK / RAMP_STEPS, 6);
    expect(gate.health().health).toBe('ok');
  });

  it('does not hold another credential to what was said of the one before', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, { ...NO_SIGNALS, answers: 500, rest: { ms: 3_600_000, reason: '30604' } }, key, now);

    expect(gate.admit('bulk', 500, 'demo:fcm:2', now + 1).kind).toBe('admitted');
    expect(gate.health().health).toBe('ok');
  });

  it.each([
    ['a minute and more, though one of a hundred hears of it', 'provider', 60_000, 100, 60_000],
    ['less, where five of a hundred hear of it', 'provider', 7_000, 20, 7_000],
    ['less, where fewer do', 'provider', 59_999, 100, undefined],
    ['a minute and more for one address', 'token', 3_600_000, 1, undefined],
  ] as const)('rests for a delay of %s', (_, scope, afterMs, answers, ms) => {
    const report = new SignalReport();
    report.add({ kind: 'throttled', reason: 'quota', scope, afterMs });
    for (let at = 1; at < answers; at += 1) report.add({ kind: 'accepted' });

    expect(report.signals().rest?.ms).toBe(ms);
  });

  it('lets those of a send who found no room come back at the pace of the provider, each send in a line of its own', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, { ...NO_SIGNALS, answers: 5_000 }, key, now); // 1,000 a second, over the last five
    const places = (sendId: string, count: number) =>
      Array.from({ length: count }, () => gate.parkForRoom('bulk', sendId, 500, now).dueAt - now);

    expect(places('large', 3)).toEqual([500, 1_000, 1_500]);
    expect(places('small', 1)).toEqual([500]);
  });

  it('lets them come a second apart while nobody knows the pace', () => {
    const gate = aGate();

    expect([1, 2].map(() => gate.parkForRoom('bulk', 'large', 500, now).dueAt - now)).toEqual([1_000, 2_000]);
  });

  it('probes with one message, and comes back slowly', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, all(500), key, now);
    const probe = admitted(gate, now + 10_000);

    gate.observe(probe, 1, { ...NO_SIGNALS, answers: 1 }, key, now + 10_100);

    expect(probe).toEqual({ kind: 'admitted', messages: 1, probe: 'breaker' });
    expect(gate.health().health).toBe('ok');
    expect(gate.rate.limit).toBeCloseTo(LEAST_PEAK / RAMP_STEPS, 6);
    expect(gate.admit('bulk', 500, key, now + 10_100)).toEqual({ kind: 'wait', ms: 499 });
  });

  it('climbs for a minute after an outage, to as much as went before it', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, { ...NO_SIGNALS, answers: 100_000 }, key, now); // 20,000 a second, over the last five
    gate.observe(admitted(gate, now), 500, { ...NO_SIGNALS, answers: 100_000, down: 100_000, downReason: 'UNAVAILABLE' }, key, now);
    gate.observe(admitted(gate, now + 10_000), 1, { ...NO_SIGNALS, answers: 1 }, key, now + 10_000);
    const first = gate.rate.limit ?? 0;

    for (let second = 1; second < 60; second += 1) gate.rate.observe(100, 0, now + 10_000 + second * 1_000);
    expect(gate.rate.limit).toBeCloseTo(first * 60, 3);
    expect(first * 60).toBeCloseTo(40_000, 3);
    gate.rate.observe(100, 0, now + 70_000);
    expect(gate.rate.limit).toBeNull();
  });

  it('probes a provider that is down no sooner than it said', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, { ...all(500), downForMs: 120_000 }, key, now);

    expect(gate.health()).toMatchObject({ health: 'down', retryAt: now + 120_000 });
    expect(gate.admit('bulk', 1, key, now + 119_999).kind).toBe('park');
    expect(admitted(gate, now + 120_000).probe).toBe('breaker');
  });

  it('leaves alone for its first wait who throttles without a word of how long, where its documentation asks for that', () => {
    const gates = [60_000, undefined].map((throttledRestMs) => aGate({ ...(throttledRestMs && { throttledRestMs }) }));
    const untold = { ...NO_SIGNALS, answers: 500, throttled: 500, rest: { ms: 0, reason: 'QUOTA_EXCEEDED' } };
    for (const gate of gates) gate.observe(admitted(gate, now), 500, untold, key, now);

    expect(gates.map((gate) => gate.health().retryAt)).toEqual([now + 60_000, null]);
    expect(gates.map((gate) => gate.rate.limit !== null)).toEqual([true, true]);
  });

  it('keeps bulk that was throttled out of the first two minutes of each quarter of an hour', () => {
    const gate = aGate({ avoidsQuarterHours: true });
    const quarter = Date.UTC(2026, 0, 1, 12, 15);
    expect(gate.admit('bulk', 10, key, quarter + 1_000).kind).toBe('admitted');

    gate.rate.rampFrom(1_000, quarter);
    expect(gate.admit('bulk', 10, key, quarter + 60_000)).toEqual({ kind: 'park', reason: 'rate', dueAt: quarter + 120_000 });
    expect(gate.admit('transactional', 10, key, quarter + 60_000).kind).toBe('admitted');
    expect(gate.admit('bulk', 10, key, quarter + 120_000).kind).toBe('admitted');
    expect([-1, 0, 119_999, 120_000].map((ms) => endOfSpike(quarter + ms) - quarter)).toEqual([-1, 120_000, 120_000, 120_000]);
  });

  it('lets what is tried again be a tenth of the traffic, and transactional messages never wait for that', () => {
    const gate = aGate();
    const again = (lane: Lane, at: number) => gate.admit(lane, 500, key, at, true);
    for (let batch = 0; batch < 2; batch += 1) gate.observe(again('bulk', now) as Admitted, 500, NO_SIGNALS, key, now, true);

    expect(again('bulk', now)).toEqual({ kind: 'park', reason: 'retry_budget', dueAt: now + 5_000 });
    expect(again('transactional', now)).toMatchObject({ kind: 'admitted', messages: 500 });
    for (let batch = 0; batch < 10; batch += 1) gate.observe(admitted(gate, now), 500, NO_SIGNALS, key, now);
    expect(again('bulk', now)).toMatchObject({ kind: 'admitted', messages: 500 });
  });

  it('gives the probe on when its message was not sent', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, all(500), key, now);

    gate.observe(admitted(gate, now + 10_000), 0, NO_SIGNALS, key, now + 10_000);

    expect(admitted(gate, now + 10_000).probe).toBe('breaker');
  });

  it('takes a connection that cannot be made, and a credential that cannot be exchanged, for everybody’s fault', () => {
    const [unreachable, refused] = [aGate(), aGate()];

    unreachable.observe(
      admitted(unreachable, now),
      0,
      decisive({ kind: 'provider_down', reason: 'connect_failed', faultOf: 'network' }),
      key,
      now,
    );
    refused.observe(
      admitted(refused, now),
      0,
      decisive({ kind: 'credentials_bad', reason: 'invalid_grant', refreshable: false }),
      key,
      now,
    );

    expect(unreachable.health()).toMatchObject({ health: 'down', detail: 'connect_failed' });
    expect(refused.health()).toMatchObject({ health: 'credentials_refused', detail: 'invalid_grant', retryAt: now + 30_000 });
    expect(refused.admit('bulk', 500, 'demo:fcm:2', now).kind).toBe('admitted');
  });

  it('parks when the rate would make a batch wait for more than a second', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, { ...NO_SIGNALS, answers: 500, throttled: 500 }, key, now);

    const waits = [now, now, now].map((at) => gate.admit('bulk', 500, key, at));

    expect(gate.rate.limit).toBeGreaterThan(0);
    expect(waits.every(({ kind }) => kind === 'wait' || kind === 'park')).toBe(true);
  });
});
