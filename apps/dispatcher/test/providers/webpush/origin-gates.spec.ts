import type { Outcome } from '../../../src/providers/outcome.ts';
import { OriginGates } from '../../../src/providers/webpush/origin-gates.ts';

const mozilla = 'https://updates.push.services.mozilla.com';
const google = 'https://fcm.googleapis.com';
const down: Outcome = { kind: 'provider_down', reason: 'connect_failed', faultOf: 'network', scope: 'part' };

describe('gates of push services', () => {
  it('close for the one that throttles, for as long as it says, and for no other', () => {
    const gates = new OriginGates();

    gates.observe(mozilla, { kind: 'throttled', reason: 'status_429', scope: 'token', afterMs: 30_000 }, 1_000);

    expect(gates.pauseOf(mozilla, 2_000)).toBe(29_000);
    expect(gates.pauseOf(google, 2_000)).toBe(0);
    expect(gates.pauseOf(mozilla, 31_000)).toBe(0);
  });

  it('close for one that is down after ten faults in a row, twice as long each time', () => {
    const gates = new OriginGates();
    for (let fault = 0; fault < 9; fault += 1) gates.observe(mozilla, down, 0);
    expect(gates.pauseOf(mozilla, 0)).toBe(0);

    gates.observe(mozilla, down, 0);
    expect(gates.pauseOf(mozilla, 0)).toBe(2_000);

    gates.observe(mozilla, down, 500); // sent before the pause began
    expect(gates.pauseOf(mozilla, 500)).toBe(1_500);
    gates.observe(mozilla, down, 2_000);
    expect(gates.pauseOf(mozilla, 2_000)).toBe(4_000);
  });

  it('are open again, with all their patience, once it answers', () => {
    const gates = new OriginGates();
    for (let fault = 0; fault < 10; fault += 1) gates.observe(mozilla, down, 0);

    gates.observe(mozilla, { kind: 'accepted' }, 2_000);
    for (let fault = 0; fault < 9; fault += 1) gates.observe(mozilla, down, 2_000);

    expect(gates.pauseOf(mozilla, 2_000)).toBe(0);
  });
});
