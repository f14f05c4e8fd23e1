import { app, Registry, type OpenRegistry } from '../opened-registry.contract.ts';

/** R30 to R32: an anonymous user turns out to be a known one. */
export function mergeContract(adapter: string, open: OpenRegistry) {
  const opened = async (settings = {}) => new Registry(await open(), settings);

  describe(`Identity on ${adapter}: merging`, () => {
    it('R30: an anonymous user becomes the new known one; tags, tokens and plans stay', async () => {
      const registry = await opened();
      const { installation: before } = await registry.start('phone', 't', { tags: ['vip'] });

      const { installation } = await registry.logIn('phone', 'kim');

      expect(installation).toMatchObject({ userId: before.userId, externalId: 'kim', tags: ['vip'], ownerEpoch: 0, userVerified: true });
      expect((await registry.ledgerOf('phone'))[0]).toBe('moved ->kim identified');
    });

    it('R31: an anonymous user with a token becomes an existing user who has another: both are kept, the anonymous one goes', async () => {
      const registry = await opened();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'kim');
      const { installation: anonymous } = await registry.start('phone', 't', { tags: ['vip'] });

      const { installation } = await registry.logIn('phone', 'kim');

      expect([...(await registry.registeredOf('kim'))].sort()).toEqual(['phone', 'tablet']);
      expect(installation).toMatchObject({ ownerEpoch: 0, tags: ['vip'] });
      expect(await registry.opened.users.findUnmerged(app, anonymous.userId)).toBeUndefined();
      expect((await registry.ledgerOf('phone'))[0]).toBe('moved ->kim merged');
    });

    it('R31: a merge that a crash left is finished by the sweep', async () => {
      const registry = await opened();
      await registry.start('tablet', 't2');
      await registry.logIn('tablet', 'kim');
      const { installation } = await registry.start('phone', 't');
      const kim = await registry.user('kim');
      const anonymous = await registry.opened.users.findUnmerged(app, installation.userId);
      await registry.opened.users.save({ ...anonymous!, mergedInto: kim.userId, revision: 2 }, []);

      expect(await registry.sweep.execute()).toMatchObject({ merges: 1 });

      expect(await registry.installation('phone')).toMatchObject({ userId: kim.userId, externalId: 'kim', ownerEpoch: 0 });
      expect(await registry.opened.users.findMerged(10)).toEqual([]);
    });

    it('R31: the device of a merge that a crash left may log in as the same or as another user', async () => {
      for (const [externalId, ownerEpoch] of [
        ['kim', 0],
        ['charlie', 1],
      ] as const) {
        // prettier-ignore
        const registry = await opened();
        await registry.start('tablet', 't2');
        await registry.logIn('tablet', 'kim');
        const { installation } = await registry.start('phone', 't');
        const anonymous = await registry.opened.users.findUnmerged(app, installation.userId);
        const kim = await registry.user('kim');
        await registry.opened.users.save({ ...anonymous!, mergedInto: kim.userId, revision: 2 }, []);

        await registry.logIn('phone', externalId);

        expect(await registry.installation('phone')).toMatchObject({ externalId, ownerEpoch });
      }
    });

    it('R32: custom attributes are merged only where the app says so, and only into what is missing', async () => {
      for (const mergeCustomAttributes of [false, true]) {
        const registry = await opened({ mergeCustomAttributes });
        await registry.start('tablet', 't2');
        await registry.logIn('tablet', 'kim');
        await registry.updateUser.execute(app, 'kim', { attributes: { plan: 'pro' } }, { create: false, maxTags: 60 });
        const { installation } = await registry.start('phone', 't');
        const anonymous = await registry.opened.users.findUnmerged(app, installation.userId);
        await registry.opened.users.save({ ...anonymous!, attributes: { plan: 'free', city: 'Paris' }, tags: ['early'], revision: 2 }, []);

        await registry.logIn('phone', 'kim');

        const expected = mergeCustomAttributes ? { plan: 'pro', city: 'Paris' } : { plan: 'pro' };
        expect(await registry.user('kim')).toMatchObject({ attributes: expected, tags: ['early'] });
        expect(await registry.installation('tablet')).toMatchObject({ userAttributes: expected, userTags: ['early'] });
      }
    });
  });
}
