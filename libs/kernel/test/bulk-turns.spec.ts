import { setImmediate as nextTurn } from 'node:timers/promises';
import { BulkTurns, type BulkWork } from '../src/bulk-turns.ts';

function someTurns() {
  const turns = new BulkTurns();
  const seen: string[] = [];
  const take = (name: string, work: Partial<BulkWork> = {}) =>
    void turns.take({ lane: 'bulk', share: 'a send', hasBegun: false, ...work }).then(() => seen.push(name));
  return { turns, seen, take };
}

describe('the turns of bulk work', () => {
  it('come one in each turn of the event loop, to what has begun before what is new', async () => {
    const { seen, take } = someTurns();
    const after: string[][] = [];

    take('first');
    take('second');
    for (let turn = 0; turn < 3; turn += 1) {
      await nextTurn();
      if (turn === 0) take('first, further on', { hasBegun: true });
      after.push([...seen]);
    }

    expect(after).toEqual([['first'], ['first', 'first, further on'], ['first', 'first, further on', 'second']]);
  });

  it('go round among sends, however much one of them has to do', async () => {
    const { seen, take } = someTurns();
    for (const name of ['large 1', 'large 2', 'large 3']) take(name, { share: 'large' });
    take('small', { share: 'small' });

    for (let turn = 0; turn < 4; turn += 1) await nextTurn();

    expect(seen).toEqual(['large 1', 'small', 'large 2', 'large 3']);
  });

  it('are nothing that transactional work waits for', async () => {
    const { turns, seen, take } = someTurns();
    take('bulk');

    await turns.take({ lane: 'transactional', share: 'a send', hasBegun: false });
    seen.push('transactional');
    while (seen.length < 2) await nextTurn();

    expect(seen).toEqual(['transactional', 'bulk']);
  });

  it('wait while transactional work passes', async () => {
    const { turns, seen, take } = someTurns();
    take('bulk');

    turns.makeWay();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    seen.push('transactional');
    while (seen.length < 2) await nextTurn();

    expect(seen).toEqual(['transactional', 'bulk']);
  });

  it('come however much transactional work passes', async () => {
    const { turns, seen, take } = someTurns();
    for (const name of ['first', 'second', 'third']) take(name);

    while (seen.length < 3) {
      turns.makeWay();
      await nextTurn();
    }

    expect(seen).toEqual(['first', 'second', 'third']);
  });
});
