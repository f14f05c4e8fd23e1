import { StaleRevision } from '#libs/kernel';
import { causeOfAttribute, causeOfEvent, type CampaignRun, type CampaignRuns } from './campaign-run.ts';

function aRun(facts: Partial<CampaignRun> = {}): CampaignRun {
  return {
    app: 'demo',
    id: 'spring',
    revision: 1,
    state: 'running',
    pausedFrom: null,
    stateSince: 1,
    launchId: 'launch',
    variables: { 'a.b': '$1' },
    schedule: { on: { event: 'order_placed', again: 'always' } },
    nextAt: null,
    dueAt: null,
    lastProblem: null,
    ...facts,
  };
}

export function campaignRunsContract(adapter: string, open: () => Promise<CampaignRuns>) {
  describe(`${adapter} as a store of campaigns' runs`, () => {
    it('gives a run back whole, once stored, and refuses a save built on an old revision', async () => {
      const runs = await open();
      await runs.save(aRun());
      await runs.save(aRun({ revision: 2, state: 'paused', pausedFrom: 'running' }));

      await expect(runs.save(aRun())).rejects.toThrow(StaleRevision);
      await expect(runs.save(aRun({ revision: 2 }))).rejects.toThrow(StaleRevision);

      expect(await runs.find('demo', 'spring')).toEqual(aRun({ revision: 2, state: 'paused', pausedFrom: 'running' }));
      expect(await runs.find('other', 'spring')).toBeUndefined();
      await runs.remove('demo', 'spring');
      await runs.remove('demo', 'spring');
      expect(await runs.findMany('demo', ['spring', 'none'])).toEqual([]);
    });

    it('finds what is due, longest due first, and nothing that waits for no time', async () => {
      const runs = await open();
      await runs.save(aRun({ id: 'later', dueAt: 30 }));
      await runs.save(aRun({ id: 'second', dueAt: 20 }));
      await runs.save(aRun({ id: 'first', dueAt: 10 }));
      await runs.save(aRun({ id: 'never' }));

      expect((await runs.findDue(20, 10)).map(({ id }) => id)).toEqual(['first', 'second']);
      expect((await runs.findDue(20, 1)).map(({ id }) => id)).toEqual(['first']);
      await runs.save(aRun({ id: 'first', revision: 2, dueAt: null }));
      expect((await runs.findDue(20, 10)).map(({ id }) => id)).toEqual(['second']);
    });

    it('finds the running ones that an event or an attribute starts', async () => {
      const runs = await open();
      await runs.save(aRun({ id: 'ordered' }));
      await runs.save(aRun({ id: 'paused', state: 'paused', pausedFrom: 'running' }));
      await runs.save(aRun({ id: 'gold', schedule: { on: { attribute: 'plan', becomes: 'gold', again: 'never' } } }));
      await runs.save(aRun({ id: 'elsewhere', app: 'other' }));
      const started = async (cause: string) => (await runs.findStartedBy('demo', cause)).map(({ id }) => id);

      expect(await started(causeOfEvent('order_placed'))).toEqual(['ordered']);
      expect(await started(causeOfAttribute('plan'))).toEqual(['gold']);
      expect(await started(causeOfEvent('plan'))).toEqual([]);
    });
  });
}
