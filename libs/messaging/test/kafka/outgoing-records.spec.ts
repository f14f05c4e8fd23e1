import { DependencyUnavailable } from '#libs/kernel';
import type { NewRecord } from '../../src/record-appender.ts';
import { OutgoingRecords } from '../../src/kafka/outgoing-records.ts';

const bounds = { records: 3, chars: 10, deadlineMs: 60_000 };
const recordsOf = (...values: readonly string[]) => values.map((value): NewRecord => ({ topic: 'push.test', key: 'k', value }));
const add = (outgoing: OutgoingRecords, records: readonly NewRecord[]) => outgoing.add(records.length, (index) => records[index]!);

function lotsOf(outgoing: OutgoingRecords): readonly (readonly string[])[] {
  const lots: (readonly string[])[] = [];
  for (let lot = outgoing.take(); lot; lot = outgoing.take()) {
    lots.push(lot.records.map(({ value }) => value));
    lot.settle();
  }
  return lots;
}

describe('records on their way', () => {
  it('go in lots of bounded number and size, in their order', async () => {
    const outgoing = new OutgoingRecords(bounds);
    const sent = [
      add(outgoing, recordsOf('a', 'b')),
      add(outgoing, recordsOf('c', 'd', 'e', 'f')),
      add(outgoing, recordsOf('12345678', '90', 'x')),
    ];

    expect(lotsOf(outgoing)).toEqual([['a', 'b', 'c'], ['d', 'e', 'f'], ['12345678', '90'], ['x']]);
    await Promise.all(sent);
  });

  it('go alone when they are larger than a lot', async () => {
    const outgoing = new OutgoingRecords(bounds);
    const sent = add(outgoing, recordsOf('a', 'x'.repeat(50), 'b'));

    expect(lotsOf(outgoing)).toEqual([['a'], ['x'.repeat(50)], ['b']]);
    await sent;
  });

  it('fail with their lot, and what has not left goes no more', async () => {
    const outgoing = new OutgoingRecords(bounds);
    const fails = add(outgoing, recordsOf('a', 'b', 'c', 'd'));
    const goes = add(outgoing, recordsOf('e'));

    outgoing.take()!.settle(new Error('no broker'));

    await expect(fails).rejects.toThrow('no broker');
    expect(lotsOf(outgoing)).toEqual([['e']]);
    await goes;
  });

  it('fail when they cannot be made, and hold nobody up', async () => {
    const outgoing = new OutgoingRecords(bounds);
    const fails = outgoing.add(2, () => {
      throw new Error('too large');
    });
    const goes = add(outgoing, recordsOf('e'));

    expect(lotsOf(outgoing)).toEqual([['e']]);
    await expect(fails).rejects.toThrow('too large');
    await goes;
  });

  it('do not wait beyond the deadline', async () => {
    const outgoing = new OutgoingRecords({ ...bounds, deadlineMs: 1 });

    await expect(add(outgoing, recordsOf('a'))).rejects.toThrow(DependencyUnavailable);
    expect(outgoing.take()).toBeUndefined();
  });
});
