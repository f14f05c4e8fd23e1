import { CampaignApp, app } from './campaign-app.ts';

let campaign: CampaignApp;

beforeAll(async () => {
  campaign = await CampaignApp.open({ consuming: false });
});

afterAll(() => campaign.close());

interface Verdict {
  readonly status: string;
  readonly problem?: { readonly code: string; readonly errors: readonly object[]; readonly more?: number };
}

describe('the answer to a batch of bad events', () => {
  const post = async (events: readonly unknown[]) => {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const { body } = await campaign.http.call('POST', '/v1/events', { key: campaign.key, body: events, headers });
    return body as Verdict[];
  };

  it('says of each that it was refused, and of the first ones what is wrong with them', async () => {
    const verdicts = await post(Array(1_000).fill({}));

    expect(verdicts).toHaveLength(1_000);
    expect(new Set(verdicts.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(verdicts[0]?.problem).toMatchObject({ code: 'event_invalid', errors: expect.arrayContaining([expect.anything()]) as unknown });
    expect(verdicts.at(-1)).not.toHaveProperty('problem');
    expect(JSON.stringify(verdicts).length).toBeLessThan(65_536);
  });

  it('is about four times the batch at most, whatever is wrong with it', async () => {
    const liquid = { title: '{{', body: '{{', data: Object.fromEntries(Array.from({ length: 9 }, (_, n) => [n, '{{'])) };
    const event = (id: number) => ({ specversion: '1.0', id: `${id}`, source: 's', type: 'send.requested.v1', data: { app, to: { users: ['1'] }, message: liquid } }); // prettier-ignore
    const events = Array.from({ length: 100 }, (_, id) => event(id));

    expect(JSON.stringify(await post(events)).length).toBeLessThan(65_536);
    expect(JSON.stringify(await post(Array(100).fill({}))).length).toBeLessThan(24_000);
  });

  it('names a hundred problems of one event, and counts the others', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`${'u'.repeat(900)}${index}`, 1]));
    const data = { app, to: { users: ['4711'] }, message: { title: 'Hi' }, ...unknown };

    const [verdict] = await post([{ specversion: '1.0', id: 'e', source: 's', type: 'send.requested.v1', data }]);

    expect(verdict?.problem?.errors).toHaveLength(100);
    expect(verdict?.problem?.more).toBe(800);
    expect(JSON.stringify(verdict?.problem?.errors)).not.toContain('One more problem');
  });
});
