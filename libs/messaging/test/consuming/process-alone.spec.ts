import { setImmediate } from 'node:timers/promises';
import { ProcessAlone } from '../../src/consuming/process-alone.ts';

describe('being alone in a process', () => {
  it('waits for those inside, and lets nobody in until it is over', async () => {
    const process = new ProcessAlone();
    const seen: string[] = [];
    expect(process.enter()).toBeUndefined();
    expect(process.enter()).toBeUndefined();

    const holding = process.hold().then((letGo) => {
      seen.push('alone');
      return letGo;
    });
    const late = process.enter()?.then(() => seen.push('late'));
    process.leave();
    await setImmediate();
    expect(seen).toEqual([]);
    process.leave();
    const letGo = await holding;
    await setImmediate();
    expect(seen).toEqual(['alone']);
    letGo();
    await late;

    expect(seen).toEqual(['alone', 'late']);
    process.leave();
    expect(process.enter()).toBeUndefined();
  });

  it('comes to one after the other', async () => {
    const process = new ProcessAlone();
    const seen: string[] = [];
    const first = await process.hold();
    const second = process.hold().then((letGo) => {
      seen.push('second');
      letGo();
    });

    await setImmediate();
    expect(seen).toEqual([]);
    first();
    await second;

    expect(seen).toEqual(['second']);
  });
});
