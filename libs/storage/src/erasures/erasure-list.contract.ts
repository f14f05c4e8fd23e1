import type { ErasureList, ListedErasure } from './erasure-list.ts';

const anErasure = (id: string, at: number): ListedErasure => ({ id, app: 'shop', person: 'erased-x', userIds: ['u1', 'u2'], at });

/** What every adapter of ErasureList promises. `again` opens the same list once more, as a restored platform does. */
export function erasureListContract(adapter: string, open: () => Promise<{ list: ErasureList; again: () => Promise<ErasureList> }>): void {
  describe(`${adapter} as a list of erasures`, () => {
    it('gives back what was added, once and in order, also to whoever opens it later', async () => {
      const { list, again } = await open();
      expect(await allOf(list)).toEqual([]);
      for (const [id, at] of [['e1', 1], ['e2', 2], ['e1', 1]] as const) await list.add(anErasure(id, at)); // prettier-ignore

      expect(await allOf(list)).toEqual([anErasure('e1', 1), anErasure('e2', 2)]);
      expect(await allOf(await again())).toEqual([anErasure('e1', 1), anErasure('e2', 2)]);
    });
  });
}

async function allOf(list: ErasureList): Promise<ListedErasure[]> {
  const all: ListedErasure[] = [];
  for await (const one of list.all()) all.push(one);
  return all;
}
