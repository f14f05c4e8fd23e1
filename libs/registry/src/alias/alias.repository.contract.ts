import { app, type OpenRegistry } from '../opened-registry.contract.ts';

/** One alias, one user; whatever is stored behind it. */
export function aliasRepositoryContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter} as an alias repository`, () => {
    const crm = { label: 'crm', name: 'C:17' };
    const shop = { label: 'shop', name: 'C:17' };

    it('gives an alias to one user, and to nobody else until it is released', async () => {
      const { aliases } = await open();

      expect(await aliases.find(app, crm)).toBeUndefined();
      expect(await aliases.claim(app, crm, 'u1')).toBe('u1');
      expect(await aliases.claim(app, crm, 'u2')).toBe('u1');
      expect(await aliases.claim(app, shop, 'u2')).toBe('u2');
      expect(await aliases.claim('other', crm, 'u3')).toBe('u3');
      await aliases.release(app, crm, 'u2');
      expect(await aliases.find(app, crm)).toBe('u1');
      await aliases.release(app, crm, 'u1');
      expect(await aliases.claim(app, crm, 'u2')).toBe('u2');
      expect(await aliases.ofUser(app, 'u2')).toEqual([crm, shop]);
    });

    it('gives it to one of many that claim it at once', async () => {
      const { aliases } = await open();

      const holders = await Promise.all(Array.from({ length: 20 }, (_, n) => aliases.claim(app, crm, `u${n}`)));

      expect(new Set(holders).size).toBe(1);
    });

    it('moves all aliases of a user, and removes them', async () => {
      const { aliases } = await open();
      await aliases.claim(app, crm, 'u1');
      await aliases.claim(app, shop, 'u1');
      await aliases.claim('other', crm, 'u1');

      await aliases.move(app, 'u1', 'u2');

      expect([await aliases.ofUser(app, 'u1'), await aliases.ofUser(app, 'u2')]).toEqual([[], [crm, shop]]);
      expect([await aliases.removeOf(app, 'u2'), await aliases.removeOf(app, 'u2')]).toEqual([2, 0]);
      expect(await aliases.find('other', crm)).toBe('u1');
    });
  });
}
