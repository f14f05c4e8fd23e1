import { Random } from '#libs/kernel';
import { until } from '#libs/testing';
import { Door } from './consuming/test-events.ts';
import { Sweep } from '../src/sweep.ts';

class NoChance extends Random {
  next(): number {
    return 0.5;
  }
}

function aSweep(run: () => Promise<void>) {
  const errors: string[] = [];
  const log = { warn: () => undefined, error: (message: string) => errors.push(message) };
  return { sweep: new Sweep({ name: 'test', everyMs: 1, run, random: new NoChance(), log }), errors };
}

describe('a sweep', () => {
  it('runs again and again until it is stopped', async () => {
    let runs = 0;
    const { sweep } = aSweep(async () => void (runs += 1));

    sweep.start();
    await until(() => runs > 2);
    await sweep.stop();
    const atStop = runs;
    await new Promise((resolve) => setImmediate(resolve));

    expect(runs).toBe(atStop);
  });

  it('never overlaps itself, and its stop waits for the run going on', async () => {
    const door = new Door();
    let [running, most, ended] = [0, 0, 0];
    const { sweep } = aSweep(async () => {
      running += 1;
      most = Math.max(most, running);
      await door.pass();
      running -= 1;
      ended += 1;
    });
    sweep.start();
    sweep.start();
    await until(() => running === 1);

    const stopped = sweep.beforeApplicationShutdown();
    door.open();
    await stopped;

    expect([most, ended]).toEqual([1, 1]);
  });

  it('logs an error and goes on', async () => {
    let runs = 0;
    const { sweep, errors } = aSweep(async () => {
      runs += 1;
      if (runs < 3) throw new Error('the disk is full');
    });

    sweep.start();
    await until(() => runs > 3);
    await sweep.stop();

    expect(errors).toEqual([
      'Sweep test failed, 1 in a row: handler_failed: the disk is full',
      'Sweep test failed, 2 in a row: handler_failed: the disk is full',
    ]);
  });
});
