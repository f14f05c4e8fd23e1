import { AdaptiveRate } from '../../src/admission/adaptive-rate.ts';
import { ProviderGate, type Admitted } from '../../src/admission/provider-gate.ts';
import { NO_SIGNALS, SignalReport, decisive, type ProviderSignals } from '../../src/admission/provider-signals.ts';

const now = 1_000_000;
const key = 'demo:fcm:1';

function aGate() {
  return new ProviderGate({ probeAfterMs: 10_000, credentialProbeAfterMs: 30_000 }, new AdaptiveRate());
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
    expect(gate.admit('bulk', 500, key, until).kind).toBe('admitted');
    expect(gate.health().health).toBe('ok');
  });

  it('does not hold another credential to what was said of the one before', () => {
    const gate = aGate();
    gate.observe(admitted(gate, now), 500, { ...NO_SIGNALS, answers: 500, rest: { ms: 3_600_000, reason: '30604' } }, key, now);

    expect(gate.admit('bulk', 500, 'demo:fcm:2', now + 1).kind).toBe('admitted');
    expect(gate.health().health).toBe('ok');
  });

  it.each([
    ['a minute and more for all that the credential sends', 'provider', 60_000, 60_000],
    ['less', 'provider', 59_999, undefined],
    ['a minute and more for one address', 'token', 3_600_000, undefined],
  ] as const)('rests for a delay of %s: %s, %d ms', (_, scope, afterMs, ms) => {
    const report = new SignalReport();
    report.add({ kind: 'throttled', reason: 'quota', scope, afterMs });
    report.add({ kind: 'throttled', reason: 'quota', scope: 'provider' });

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
    expect(gate.rate.limit).toBe(1_000);
    expect(gate.admit('bulk', 500, key, now + 10_100)).toEqual({ kind: 'wait', ms: 500 });
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
