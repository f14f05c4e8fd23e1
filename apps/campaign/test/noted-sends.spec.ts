import { takeNotes } from '#libs/testing';
import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;
let taken: ReturnType<typeof takeNotes>;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  taken = takeNotes();
});

afterEach(async () => {
  taken.end();
  await campaign.close();
});

const noted = () => taken.notes.filter(({ event }) => event.startsWith('send '));

describe('the log', () => {
  it('says that a send began, was paused, went on and ended, each once, with its ids and figures', async () => {
    await campaign.phone('p1', { user: 'a' });
    const { sendId } = await campaign.send({ to: { users: ['a'] }, message: { title: 'Not for the log' } });
    await campaign.call('POST', `/sends/${sendId}/pause`);
    await campaign.call('POST', `/sends/${sendId}/pause`);
    await campaign.settle((await campaign.batches(sendId))[0]!);
    await campaign.call('POST', `/sends/${sendId}/resume`);

    expect(noted()).toEqual([
      { event: 'send started', app: 'shop', sendId, campaign: null, lane: 'bulk', recipients: 1 },
      { event: 'send paused', app: 'shop', sendId },
      { event: 'send resumed', app: 'shop', sendId },
      expect.objectContaining({ event: 'send ended', app: 'shop', sendId, state: 'done', targeted: 1, accepted: 1, failed: 0 }),
    ]);
    expect(JSON.stringify(taken.notes)).not.toContain('Not for the log');
  });

  it('says of a send that reaches nobody that it ended', async () => {
    const { sendId } = await campaign.send({ to: { users: ['nobody'] } });

    expect(noted()).toMatchObject([
      { event: 'send started', sendId },
      { event: 'send ended', sendId, state: 'no_target', targeted: 0 },
    ]);
  });
});
