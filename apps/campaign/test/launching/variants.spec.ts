import { newId } from '#libs/kernel';
import { filterPredicate } from '#libs/registry';
import { sendsOf } from '../../src/campaigns/campaign-sends.ts';
import { CampaignRepository } from '../../src/campaigns/campaign.repository.ts';
import { wilson } from '../../src/send/sums-shape.ts';
import { ReadSendRequest } from '../../src/templates/read-send-request.ts';
import { CampaignApp, app, type Body } from '../campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

const variants = [
  { name: 'short', share: 50, message: { title: 'Sale' } },
  { name: 'long', share: 30, message: { title: 'Our sale begins' } },
  { name: 'loud', share: 20, message: { title: 'SALE!' } },
];
const put = (facts: Body) => campaign.call('PUT', '/campaigns/spring', { to: { everyone: true }, variants, ...facts });
const sends = async () =>
  ((await campaign.call('GET', '/sends?campaign=spring')).body as { items: (Body & { id: string; variant: string })[] }).items;

describe('variants of a campaign', () => {
  it('split the users as asked, to within one percent of 100,000, the same every time', async () => {
    await put({ control: 10 });
    const written = await campaign.http.app.get<unknown, CampaignRepository>(CampaignRepository, { strict: false }).findById(app, 'spring');
    const made = await sendsOf(written!, {}, campaign.http.app.get(ReadSendRequest, { strict: false }));
    const shares = made.map(({ request }) => request.within![0] as { kind: 'share'; salt: string; from: number; to: number });
    const predicates = shares.map(({ salt, from, to }) => filterPredicate({ share: { salt, from, to } }));
    const counts = [0, 0, 0, 0];
    for (let n = 0; n < 100_000; n += 1) {
      const user = { userId: newId() } as never;
      const takenBy = predicates.flatMap((takes, index) => (takes(user) ? [index] : []));
      expect(takenBy.length).toBeLessThanOrEqual(1);
      counts[takenBy[0] ?? 3]! += 1;
    }

    expect(shares.map(({ from, to }) => [from, to])).toEqual([[1_000, 5_500], [5_500, 8_200], [8_200, 10_000]]); // prettier-ignore
    for (const [index, wanted] of [45_000, 27_000, 18_000, 10_000].entries()) expect(Math.abs(counts[index]! - wanted)).toBeLessThan(1_000);
  });

  it('are sends beside each other, with a message each, and nobody gets two; both devices of a person get one and the same', async () => {
    for (let n = 0; n < 40; n += 1) await campaign.phone(`p${n}`, { user: `u${n % 20}` });
    await put({ control: 20 });
    const launched = await campaign.call('POST', '/campaigns/spring/launch', {}, { 'idempotency-key': 'k' });
    await campaign.call('POST', '/campaigns/spring/launch', {}, { 'idempotency-key': 'k' });
    const made = await sends();
    for (const { id } of made) await campaign.settleAll(id);
    const reached = new Map<string, string>();
    for (const { id, variant } of made) {
      for (const page of await campaign.pages.after(id, null, 10)) {
        for (const { installationId } of page.entries) {
          expect(reached.has(installationId)).toBe(false);
          reached.set(installationId, variant);
        }
      }
    }

    expect(launched).toMatchObject({ status: 202 });
    expect(made.map(({ variant }) => variant).sort()).toEqual(['long', 'loud', 'short']);
    for (let n = 0; n < 20; n += 1) expect(reached.get(`p${n}`)).toBe(reached.get(`p${n + 20}`));
    expect(reached.size).toBeGreaterThan(0);
    const stats = (await campaign.call('GET', '/campaigns/spring/stats')).body as {
      variants: { name: string; accepted: number; openedShare: unknown }[];
    };
    expect(stats.variants.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(reached.size);
  });

  it('a control group gets nothing without variants, too', async () => {
    for (let n = 0; n < 60; n += 1) await campaign.phone(`p${n}`, { user: `u${n}` });
    await campaign.call('PUT', '/campaigns/spring', { to: { everyone: true }, message: { title: 'Hi' }, control: 50 });
    const { recipients } = (await campaign.call('POST', '/campaigns/spring/launch')).body as { recipients: number };

    expect(recipients).toBeGreaterThan(10);
    expect(recipients).toBeLessThan(50);
  });

  it.each([
    [{ message: { title: 'Hi' } }, '/variants'],
    [{ variants: variants.slice(0, 2) }, '/variants'],
    [{ variants: [{ ...variants[0], share: 100, message: { title: '{{' } }] }, '/variants/0/message/title'],
    [{ variants: [{ ...variants[0] }, { ...variants[0] }] }, '/variants'],
    [{ variants: [{ name: 'x', share: 100 }] }, '/variants/0/message'],
    [{ control: 100 }, '/control'],
    [{ to: { topic: 'news' } }, '/to'],
  ])('are refused where they are wrong: %j', async (facts, pointer) => {
    const { status, body } = await put(facts);

    expect(status).toBe(400);
    expect((body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toContain(pointer);
  });
});

describe('a share with its interval', () => {
  it('is that of Wilson, and none without tries', () => {
    expect(wilson(0, 0)).toBeNull();
    expect(wilson(1, 10)).toEqual({ value: 0.1, low: 0.0179, high: 0.4042 });
    expect(wilson(0, 50)).toEqual({ value: 0, low: 0, high: 0.0713 });
    expect(wilson(60, 50)).toMatchObject({ value: 1, high: 1 });
  });
});
