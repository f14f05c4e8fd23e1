import { StaleRevision } from '#libs/kernel';
import type { Campaign } from './campaign.ts';
import type { CampaignRepository } from './campaign.repository.ts';

function aCampaign(facts: Partial<Campaign> = {}): Campaign {
  return {
    app: 'demo',
    id: 'spring',
    revision: 1,
    name: 'Spring sale',
    labels: ['spring'],
    send: { to: { tags: 'vip' }, message: { title: 'Sale' } },
    createdAt: 1,
    updatedAt: 2,
    ...facts,
  };
}

export function campaignRepositoryContract(adapter: string, open: () => Promise<CampaignRepository>) {
  describe(`${adapter} as a campaign repository`, () => {
    it('gives a campaign back whole, and finds nothing under another app', async () => {
      const campaigns = await open();
      await campaigns.save(aCampaign());

      expect(await campaigns.findById('demo', 'spring')).toEqual(aCampaign());
      expect(await campaigns.findById('other', 'spring')).toBeUndefined();
    });

    it('refuses a save built on an old revision', async () => {
      const campaigns = await open();
      await campaigns.save(aCampaign());
      await campaigns.save(aCampaign({ revision: 2, name: 'Summer sale' }));

      await expect(campaigns.save(aCampaign())).rejects.toThrow(StaleRevision);
      await expect(campaigns.save(aCampaign({ revision: 2 }))).rejects.toThrow(StaleRevision);

      expect(await campaigns.findById('demo', 'spring')).toMatchObject({ revision: 2, name: 'Summer sale' });
    });

    it('deletes the revision that was read, and no later one', async () => {
      const campaigns = await open();
      await campaigns.save(aCampaign());
      await campaigns.save(aCampaign({ revision: 2 }));
      await campaigns.save(aCampaign({ app: 'other' }));

      await expect(campaigns.delete(aCampaign())).rejects.toThrow(StaleRevision);
      await campaigns.delete(aCampaign({ revision: 2 }));

      expect(await campaigns.findById('demo', 'spring')).toBeUndefined();
      expect(await campaigns.findById('other', 'spring')).toBeDefined();
      await expect(campaigns.delete(aCampaign({ revision: 2 }))).rejects.toThrow(StaleRevision);
    });

    it('lists by id from a place on', async () => {
      const campaigns = await open();
      for (const id of ['b', 'a', 'c']) await campaigns.save(aCampaign({ id }));

      expect((await campaigns.list('demo', undefined, 2)).map(({ id }) => id)).toEqual(['a', 'b']);
      expect((await campaigns.list('demo', 'b', 2)).map(({ id }) => id)).toEqual(['c']);
    });
  });
}
