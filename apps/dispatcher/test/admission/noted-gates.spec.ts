import { FixedClock, takeNotes } from '#libs/testing';
import { OwnProviderRates } from '../../src/admission/adaptive-rate.ts';
import type { Admitted, ProviderGate } from '../../src/admission/provider-gate.ts';
import { ProviderGates } from '../../src/admission/provider-gates.ts';
import { NO_SIGNALS, type ProviderSignals } from '../../src/admission/provider-signals.ts';
import { TestTimer } from './test-timer.ts';

const credential = 'shop:apns:1';
const where = { app: 'shop', provider: 'apns' };

function aGate() {
  const clock = new FixedClock();
  const settings = () => ({ probeAfterMs: 1_000, credentialProbeAfterMs: 30_000 });
  const { gate } = new ProviderGates(1_000, settings, new OwnProviderRates(), clock, new TestTimer(clock)).of('shop', 'apns', false);
  return { clock, gate };
}

function answers(gate: ProviderGate, now: number, signals: Partial<ProviderSignals>, key = credential): void {
  const admitted = gate.admit('bulk', 100, key, now);
  expect(admitted.kind).toBe('admitted');
  gate.observe(admitted as Admitted, 100, { ...NO_SIGNALS, answers: 100, ...signals }, key, now);
}

describe('the log', () => {
  let taken: ReturnType<typeof takeNotes>;
  beforeEach(() => {
    taken = takeNotes();
  });
  afterEach(() => {
    taken.end();
  });

  it('says once that a breaker opened, and that it closed', () => {
    const { clock, gate } = aGate();
    answers(gate, clock.now(), {});
    answers(gate, clock.now(), { down: 100, downReason: 'ServiceUnavailable (503)' });
    clock.advance(1_000);
    answers(gate, clock.now(), { down: 100, downReason: 'ServiceUnavailable (503)' }); // a probe that finds it as it was
    clock.advance(2_000);
    answers(gate, clock.now(), {});

    expect(taken.notes).toEqual([
      { event: 'breaker opened', ...where, reason: 'ServiceUnavailable (503)' },
      { event: 'breaker closed', ...where },
    ]);
  });

  it('says that a provider is left alone because it refuses the credential, and that another credential is tried', () => {
    const { clock, gate } = aGate();
    answers(gate, clock.now(), { refused: 100, refusedReason: 'InvalidProviderToken' });
    answers(gate, clock.now(), {}, 'shop:apns:2');

    expect(taken.notes).toEqual([
      { event: 'provider paused', ...where, reason: 'InvalidProviderToken' },
      { event: 'provider resumed', ...where },
    ]);
  });
});
