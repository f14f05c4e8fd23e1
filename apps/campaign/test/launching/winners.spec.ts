import { StaleRevision, uuid5 } from '#libs/kernel';
import { until } from '#libs/testing';
import fc from 'fast-check';
import { CampaignRuns } from '../../src/campaigns/campaign-run.ts';
import { CampaignRepository } from '../../src/campaigns/campaign.repository.ts';
import { decided } from '../../src/campaigns/contest.ts';
import { EndContest } from '../../src/launching/end-contest.ts';
import { RunCampaigns } from '../../src/launching/run-campaigns.ts';
import { CampaignApp, app, type Body } from '../campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open({ settings: { CANARY_MESSAGES: '0' } });
});

afterEach(() => campaign.close());

const hour = 3_600_000;
const people = 60;
const variants = [
  { name: 'plain', share: 50, message: { title: 'Sale' } },
  { name: 'loud', share: 50, message: { title: 'SALE!' } },
];
const winner = { by: 'accepted', after: 'PT4H', testPercent: 50 };

interface SendRow {
  readonly id: string;
  readonly variant: string;
}

const put = (facts: Body = {}) => campaign.call('PUT', '/campaigns/spring', { to: { everyone: true }, variants, winner, ...facts });
const record = async () => (await campaign.call('GET', '/campaigns/spring')).body as Body & { contest: { decision: Body | null } };
const sends = async () => ((await campaign.call('GET', '/sends?campaign=spring')).body as { items: SendRow[] }).items;
const tick = () => campaign.http.app.get(RunCampaigns).execute();
const of = <T>(type: abstract new (...args: never[]) => T): T => campaign.http.app.get<unknown, T>(type, { strict: false });

/** Launched, and tried: as many of each variant are accepted as said. */
async function launched(verdicts: Readonly<Record<string, boolean>> = { plain: false, loud: true }, facts: Body = {}) {
  for (let n = 0; n < people; n += 1) await campaign.phone(`p${n}`, { user: `u${n}` });
  await put(facts);
  const { sendId } = (await campaign.call('POST', '/campaigns/spring/launch', {}, { 'idempotency-key': 'k' })).body as { sendId: string };
  const tested = await sends();
  for (const { id, variant } of tested) await campaign.settleAll(id, verdicts[variant] ? ['accepted'] : ['payload_bad']);
  return { launchId: sendId, tested };
}

async function reachedBy(made: readonly SendRow[]): Promise<string[]> {
  const reached: string[] = [];
  for (const { id } of made)
    for (const { entries } of await campaign.pages.after(id, null, 100)) reached.push(...entries.map((entry) => entry.installationId));
  return reached;
}

describe('the winner of a launch', () => {
  it('is the variant with the greatest share; the rest gets it once, and nobody gets two', async () => {
    const { launchId, tested } = await launched();
    const inTest = await reachedBy(tested);
    campaign.http.clock.advance(4 * hour - 60_000);
    await tick();
    const before = await sends();
    campaign.http.clock.advance(60_000);
    await tick();
    await tick();
    const made = await sends();
    const rest = made.find(({ id }) => id === uuid5('rest', launchId));
    await campaign.settleAll(rest!.id);
    const reached = await reachedBy(made);

    expect(inTest.length).toBeGreaterThan(people / 5);
    expect(inTest.length).toBeLessThan((people * 4) / 5);
    expect(before).toHaveLength(2);
    expect(made).toHaveLength(3);
    expect(rest).toMatchObject({ variant: 'loud', campaignRevision: 1 });
    expect([...reached].sort()).toEqual(Array.from({ length: people }, (_, n) => `p${n}`).sort());
    expect(await record()).toMatchObject({
      state: 'done',
      nextAt: null,
      contest: {
        decision: {
          winner: 'loud',
          because: 'best',
          variants: [
            { name: 'plain', hits: 0, share: { value: 0 } },
            { name: 'loud', share: { value: 1 } },
          ],
        },
      },
    });
  });

  it.each([
    [{ plain: true, loud: true }, 'tie'],
    [{ plain: false, loud: false }, 'no_data'],
  ])('is the first one where the shares say nothing: %j', async (verdicts, because) => {
    await launched(verdicts);
    campaign.http.clock.advance(4 * hour);
    await tick();

    expect(await record()).toMatchObject({ state: 'done', contest: { decision: { winner: 'plain', because } } });
  });

  it('is decided once by two who look at the same time, and sent once where the decider dies before', async () => {
    const { launchId } = await launched();
    campaign.http.clock.advance(4 * hour);
    const run = (await of(CampaignRuns).find(app, 'spring'))!;
    const written = (await of(CampaignRepository).findById(app, 'spring'))!;
    const ends = of(EndContest);
    // The decision of one that died, with figures of its own.
    const decision = { winner: 'plain', because: 'best', at: 1, variants: [] } as const;
    const dead = { ...run, contest: { ...run.contest!, decision }, revision: run.revision + 1 };
    await of(CampaignRuns).save(dead);

    await expect(ends.execute(written, run, run.contest!)).rejects.toThrow(StaleRevision);
    await Promise.all([tick(), tick()]);

    expect(await sends()).toHaveLength(3);
    expect((await sends()).find(({ id }) => id === uuid5('rest', launchId))).toMatchObject({ variant: 'plain' });
    expect(await record()).toMatchObject({ state: 'done', contest: { decision: { winner: 'plain' } } });
  });

  it('waits while the campaign is paused, and is none once it is stopped', async () => {
    await launched();
    await campaign.call('POST', '/campaigns/spring/pause');
    campaign.http.clock.advance(5 * hour);
    await tick();
    expect(await record()).toMatchObject({ state: 'paused', contest: { decision: null } });
    await campaign.call('POST', '/campaigns/spring/stop');
    await tick();

    expect(await record()).toMatchObject({ state: 'stopped', contest: { decision: null } });
    expect(await sends()).toHaveLength(2);
  });

  it('comes after a pause, and not before its time', async () => {
    await launched();
    await campaign.call('POST', '/campaigns/spring/pause');
    await campaign.call('POST', '/campaigns/spring/resume');
    await tick();
    expect(await record()).toMatchObject({ state: 'running', contest: { decision: null } });
    campaign.http.clock.advance(4 * hour);
    await tick();

    expect(await record()).toMatchObject({ state: 'done', contest: { decision: { winner: 'loud' } } });
  });

  it('counts from the instant of the schedule', async () => {
    await campaign.phone('p1', { user: 'u1' });
    const at = campaign.http.clock.now() + hour;
    await put({ schedule: { at: new Date(at).toISOString() } });
    await campaign.call('POST', '/campaigns/spring/launch', {});
    expect(await record()).toMatchObject({ state: 'scheduled', nextAt: new Date(at).toISOString() });
    campaign.http.clock.advance(hour);
    await tick();

    expect(await record()).toMatchObject({ state: 'running', nextAt: new Date(at + 4 * hour).toISOString() });
    await until(async () => (await sends()).length === 2);
  });

  it('says so where the variant that won is there no more', async () => {
    await launched();
    await put({ variants: [{ ...variants[0], share: 40 }, { ...variants[0], name: 'other', share: 60 }] }); // prettier-ignore
    campaign.http.clock.advance(4 * hour);
    await tick();

    expect(await record()).toMatchObject({
      state: 'done',
      lastProblem: { code: 'request_invalid' },
      contest: { decision: { winner: 'loud' } },
    });
    expect(await sends()).toHaveLength(2);
  });

  it.each([
    [{ variants: [], message: { title: 'Hi' } }, '/winner'],
    [{ winner: { ...winner, by: 'converted' } }, '/winner/by'],
    [{ winner: { ...winner, after: 'P8D' } }, '/winner/after'],
    [{ winner: { ...winner, testPercent: 100 } }, '/winner/testPercent'],
    [{ schedule: { cron: '0 9 * * MON', timeZone: 'Europe/Paris', missed: 'once' } }, '/winner'],
  ])('is refused where it is wrong: %j', async (facts, pointer) => {
    const { status, body } = await put(facts);

    expect(status).toBe(400);
    expect((body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toContain(pointer);
  });
});

describe('a decision', () => {
  it('takes no variant with a smaller share than another one, whatever their order', () => {
    const figures = fc.array(
      fc.nat(1_000).chain((tries) => fc.record({ tries: fc.constant(tries), hits: fc.nat(tries) })),
      { minLength: 2, maxLength: 8 },
    );
    fc.assert(
      fc.property(figures, (some) => {
        const named = some.map((one, index) => ({ name: String(index), ...one }));
        const found = decided(named, 1)!;
        const share = ({ hits, tries }: { hits: number; tries: number }) => (tries === 0 ? 0 : hits / tries);
        const best = Math.max(...named.map(share));
        const those = named.filter((one) => share(one) === best);
        expect(found.winner).toBe(best === 0 ? '0' : those[0]!.name);
        expect(found.because).toBe(best === 0 ? 'no_data' : those.length > 1 ? 'tie' : 'best');
      }),
    );
  });
});
