import { FixedClock } from '#libs/testing';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turns } from '../src/turns.ts';

describe('turns', () => {
  it('end after 20 ms, and let others in', async () => {
    const clock = new FixedClock(0);
    const turns = new Turns(clock, 'one');
    const told: string[] = [];

    clock.advance(20);
    expect(turns.isOver).toBe(false);
    clock.advance(1);
    expect(turns.isOver).toBe(true);
    setImmediate(() => told.push('another'));
    await turns.next();
    await nextTurn();

    expect(told).toEqual(['another']);
    expect(turns.isOver).toBe(false);
  });

  it('are one for all that runs in a turn of the event loop', async () => {
    const clock = new FixedClock(0);
    const first = new Turns(clock, 'one');
    clock.advance(21);
    const second = new Turns(clock, 'one');

    expect([first.isOver, second.isOver]).toEqual([true, true]);
    await nextTurn();
    expect(second.isOver).toBe(false);
    expect(new Turns(clock, 'one').isOver).toBe(false);
  });

  it('come one after the other, with room for others between them', async () => {
    const clock = new FixedClock(0);
    const told: string[] = [];
    const work = async (name: string) => {
      const turns = new Turns(clock, name);
      for (let part = 1; part <= 3; part++) {
        await turns.next();
        told.push(`${name}${part}`);
        clock.advance(30);
      }
    };
    const others = async () => {
      while (told.filter((one) => one !== '-').length < 6) {
        await nextTurn();
        told.push('-');
      }
    };

    await Promise.all([work('a'), work('b'), others()]);

    expect(told.join(' ').replace(/(- )+/g, '- ')).toMatch(/^(- )?a1 - b1 - a2 - b2 - a3 - b3 -/);
  });

  it('are shared: nobody waits behind all of somebody else', async () => {
    const clock = new FixedClock(0);
    const told: string[] = [];
    const work = async (share: string) => {
      await new Turns(clock, share).next();
      told.push(share);
    };

    await Promise.all([work('a'), work('a'), work('a'), work('a'), work('b')]);

    expect(told.slice(0, 2)).toEqual(['a', 'b']);
  });

  it('are taken at once where there is room, else in line', async () => {
    const clock = new FixedClock(0);
    const told: string[] = [];
    const work = async (name: string) => {
      await Turns.take(clock, 'one');
      clock.advance(25);
      told.push(name);
    };

    await work('a');
    const others = [work('b'), work('c')];
    await Promise.resolve();
    expect(told).toEqual(['a']);
    await Promise.all(others);

    expect(told).toEqual(['a', 'b', 'c']);
  });
});
