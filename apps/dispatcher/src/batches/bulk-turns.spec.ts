import { setImmediate as nextTurn } from 'node:timers/promises';
import { BulkTurns } from './bulk-turns.ts';

describe('the turns of bulk work', () => {
  it('come one in each turn of the event loop, to what has begun before what is new', async () => {
    const turns = new BulkTurns();
    const seen: string[] = [];
    const take = (name: string, work: 'new' | 'begun') => void turns.take('bulk', work).then(() => seen.push(name));
    const after: string[][] = [];

    take('first', 'new');
    take('second', 'new');
    for (let turn = 0; turn < 3; turn += 1) {
      await nextTurn();
      if (turn === 0) take('first, further on', 'begun');
      after.push([...seen]);
    }

    expect(after).toEqual([['first'], ['first', 'first, further on'], ['first', 'first, further on', 'second']]);
  });

  it('are nothing that transactional work waits for', async () => {
    const turns = new BulkTurns();
    const seen: string[] = [];
    void turns.take('bulk', 'new').then(() => seen.push('bulk'));

    await turns.take('transactional', 'new');
    seen.push('transactional');
    await nextTurn();
    await nextTurn();

    expect(seen).toEqual(['transactional', 'bulk']);
  });
});
