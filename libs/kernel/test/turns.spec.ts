import { FixedClock } from '#libs/testing';
import { Turns } from '../src/turns.ts';

describe('turns', () => {
  it('end after 20 ms, and let others in', async () => {
    const clock = new FixedClock(0);
    const turns = new Turns(clock);
    const told: string[] = [];

    clock.advance(20);
    expect(turns.isOver).toBe(false);
    clock.advance(1);
    expect(turns.isOver).toBe(true);
    setImmediate(() => told.push('another'));
    await turns.next();

    expect(told).toEqual(['another']);
    expect(turns.isOver).toBe(false);
  });
});
