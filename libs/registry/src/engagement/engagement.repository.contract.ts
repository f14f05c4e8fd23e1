import { aUser, anInstallation, app, type OpenRegistry } from '../opened-registry.contract.ts';
import { MAX_ENGAGED_CAMPAIGNS, type EngagementOfDevice } from './engagement.ts';

const noted = (campaign: string, at: number, more: Partial<EngagementOfDevice> = {}): EngagementOfDevice => ({
  installationId: 'phone',
  kind: 'opened',
  campaign,
  at,
  ...more,
});

/** What people received and opened, the last time of each campaign. */
export function engagementContract(adapter: string, open: OpenRegistry) {
  async function opened() {
    const registry = await open();
    const [kim, lee] = [aUser('kim'), aUser('lee')];
    for (const user of [kim, lee]) await registry.users.save(user, []);
    await registry.installations.save(anInstallation('phone', { owner: kim }), [], []);
    await registry.installations.save(anInstallation('tablet', { owner: kim }), [], []);
    await registry.installations.save(anInstallation('other', { owner: lee }), [], []);
    const { engagements } = registry;
    return { ...registry, kim, lee, note: (...of: EngagementOfDevice[]) => engagements.note(app, of) };
  }

  describe(`${adapter} keeping what people received and opened`, () => {
    it('keeps the last time of each campaign and kind, over all devices of a person, in whatever order it is told', async () => {
      const { engagements, kim, note } = await opened();

      await note(noted('c1', 5), noted('c1', 7, { installationId: 'tablet' }), noted('c1', 9, { kind: 'received' }), noted('', 1));
      await note(noted('c1', 6), noted('c1', 7));
      await Promise.all(Array.from({ length: 10 }, (_, n) => note(noted('c2', n))));

      expect(await engagements.ofUser(app, kim.userId)).toEqual({ 'opened:c1': 7, 'received:c1': 9, 'opened:': 1, 'opened:c2': 9 });
    });

    it('passes over devices that are not there', async () => {
      const { engagements, kim, note } = await opened();

      await note(noted('c1', 5, { installationId: 'nothing' }), noted('c2', 5));
      await engagements.note('other app', [noted('c3', 5)]);

      expect(await engagements.ofUser(app, kim.userId)).toEqual({ 'opened:c2': 5 });
    });

    it('keeps so many campaigns, the latest', async () => {
      const { engagements, kim, note } = await opened();
      const many = Array.from({ length: MAX_ENGAGED_CAMPAIGNS + 5 }, (_, n) => noted(`c${n}`, n + 1));

      await note(...many, noted('c0', 1_000));
      await note(noted('late', 2_000), noted('early', 1));

      const found = Object.keys(await engagements.ofUser(app, kim.userId));
      expect(found).toHaveLength(MAX_ENGAGED_CAMPAIGNS);
      expect(found).toEqual(expect.arrayContaining(['opened:late', 'opened:c104', 'opened:c10']));
      expect(found).not.toContain('opened:c5');
      expect(found).not.toContain('opened:early');
    });

    it('reads of many users what is asked for', async () => {
      const { engagements, kim, lee, note } = await opened();
      await note(noted('c1', 1), noted('c2', 2), noted('c1', 3, { kind: 'received', installationId: 'other' }));

      const ofC1 = await engagements.ofUsers(app, [kim.userId, lee.userId, 'nobody'], [{ kind: 'opened', campaign: 'c1' }]);
      const ofAny = await engagements.ofUsers(app, [kim.userId, lee.userId], [{ kind: 'opened' }, { kind: 'received', campaign: 'c1' }]);

      expect([...ofC1]).toEqual([[kim.userId, { 'opened:c1': 1 }]]);
      expect(Object.fromEntries(ofAny)).toEqual({
        [kim.userId]: { 'opened:c1': 1, 'opened:c2': 2 },
        [lee.userId]: { 'received:c1': 3 },
      });
      expect(await engagements.ofUsers('other', [kim.userId], [{ kind: 'opened' }])).toEqual(new Map());
    });

    it('R31: gives what one received to the other, and it goes with its owner', async () => {
      const { engagements, users, kim, lee, note } = await opened();
      await note(noted('c1', 5), noted('c2', 6), noted('c1', 9, { installationId: 'other' }));
      await users.save({ ...kim, mergedInto: lee.userId, revision: 2 }, []);

      await users.moveBelongings(kim, lee);
      await users.moveBelongings(kim, lee);

      expect(await engagements.ofUser(app, kim.userId)).toEqual({});
      expect(await engagements.ofUser(app, lee.userId)).toEqual({ 'opened:c1': 9, 'opened:c2': 6 });
      expect([await engagements.removeOf(app, lee.userId), await engagements.removeOf(app, lee.userId)]).toEqual([2, 0]);
    });
  });
}
