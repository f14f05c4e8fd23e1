import type { IdempotencyClaim, IdempotencyRepository } from './idempotency.repository.ts';

const aClaim = (facts: Partial<IdempotencyClaim> = {}): IdempotencyClaim => ({
  id: 'shop:sends:1',
  bodyHash: 'h',
  seed: 's',
  expiresAt: 100,
  ...facts,
});

export function idempotencyRepositoryContract(adapter: string, open: () => Promise<IdempotencyRepository>): void {
  describe(`${adapter} as an idempotency repository`, () => {
    it('keeps the first claim and its answer', async () => {
      const claims = await open();
      expect(await claims.insertOnce(aClaim(), 1)).toEqual(aClaim());
      await claims.saveAnswer('shop:sends:1', 's', { status: 202, body: { sendId: 'x' } });

      expect(await claims.insertOnce(aClaim({ seed: 'other', bodyHash: 'other' }), 99)).toEqual(
        aClaim({ answer: { status: 202, body: { sendId: 'x' } } }),
      );
    });

    it('lets one of many at once be the first', async () => {
      const claims = await open();

      const stored = await Promise.all(['a', 'b', 'c'].map((seed) => claims.insertOnce(aClaim({ seed }), 1)));

      expect(new Set(stored.map(({ seed }) => seed)).size).toBe(1);
    });

    it('forgets a claim that has expired, and its late answer', async () => {
      const claims = await open();
      await claims.insertOnce(aClaim(), 1);

      const anew = aClaim({ seed: 'new', bodyHash: 'new', expiresAt: 200 });
      expect(await claims.insertOnce(anew, 100)).toEqual(anew);
      await claims.saveAnswer('shop:sends:1', 's', { status: 202, body: 'late' });

      expect(await claims.insertOnce(aClaim(), 101)).toEqual(anew);
    });
  });
}
