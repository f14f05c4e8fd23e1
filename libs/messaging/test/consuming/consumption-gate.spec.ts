import { Random } from '#libs/kernel';
import { setImmediate } from 'node:timers/promises';
import { consumeDefaults, pauseAfter } from '../../src/consuming/consume-settings.ts';
import { ConsumptionGate } from '../../src/consuming/consumption-gate.ts';

class NoChance extends Random {
  next(): number {
    return 1;
  }
}

function aGate(concurrency: number, dependencyPauseMs = 1) {
  return new ConsumptionGate(concurrency, { ...consumeDefaults, dependencyPauseMs }, new NoChance());
}

describe('the gate of a group', () => {
  it('lets in as many as may work, the others in the order they came', async () => {
    const gate = aGate(2);
    const entered: number[] = [];
    for (let n = 0; n < 4; n += 1) void gate.enter('demo').then(() => entered.push(n));
    await setImmediate();
    const atFirst = [...entered];

    gate.leave();
    gate.leave();
    await setImmediate();

    expect(atFirst).toEqual([0, 1]);
    expect(entered).toEqual([0, 1, 2, 3]);
  });

  it('lets shares in by turns, whoever waits longer', async () => {
    const gate = aGate(1);
    const entered: string[] = [];
    await gate.enter('large');
    for (const name of ['large 1', 'large 2', 'small 1']) void gate.enter(name.split(' ')[0]!).then(() => entered.push(name));

    for (let n = 0; n < 3; n += 1) {
      gate.leave();
      await setImmediate();
    }

    expect(entered).toEqual(['large 1', 'small 1', 'large 2']);
  });

  it('lets nobody in while a dependency is down, then those who wait', async () => {
    const gate = aGate(2);
    expect(gate.pause()).toBe(true);
    expect(gate.pause()).toBe(false);

    await gate.enter('demo');

    expect(gate.pause()).toBe(true);
    gate.close();
  });

  it('lets everybody go on when it closes', async () => {
    const gate = aGate(1, 60_000);
    gate.pause();
    const waiting = [gate.enter('demo'), gate.enter('demo'), gate.enter('demo')];

    gate.close();

    await expect(Promise.all(waiting)).resolves.toHaveLength(3);
  });

  it('serves thousands who wait', async () => {
    const gate = aGate(1);
    let served = 0;
    await gate.enter('demo');
    const waiting = Array.from({ length: 5_000 }, async () => {
      await gate.enter('demo');
      served += 1;
      gate.leave();
    });

    gate.leave();
    await Promise.all(waiting);

    expect(served).toBe(5_000);
  });
});

describe('the pause after a failure', () => {
  it('grows fourfold to a limit, half of it by chance', () => {
    expect([1, 2, 3, 4, 5].map((failures) => pauseAfter(failures, 200, 4, 10_000, 1))).toEqual([200, 800, 3_200, 10_000, 10_000]);
    expect(pauseAfter(1, 200, 4, 10_000, 0)).toBe(100);
  });
});
