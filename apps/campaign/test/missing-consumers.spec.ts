import { BUILT_PROVIDERS } from '#libs/kernel';
import { CampaignApp } from './campaign-app.ts';

interface Waits {
  readonly waitingFor: readonly {
    readonly what: string;
    readonly provider: string | null;
    readonly reason: string;
    readonly detail: string;
  }[];
}

let campaign: CampaignApp;

/** Nobody dispatches and nobody writes results down, in this process or in any other; campaign itself plans if it `consumes`. */
async function open(consuming: boolean): Promise<void> {
  campaign = await CampaignApp.open({ consuming, alone: true });
  await campaign.credential('apns', true);
  await campaign.phone('p1', { user: 'a' });
}

const waits = async (sendId: string) =>
  ((await campaign.show(sendId)) as unknown as Waits).waitingFor.map(({ what, provider, reason }) => ({ what, provider, reason }));

afterEach(() => campaign.close());

describe('a send that nobody works on', () => {
  it('waits for a dispatcher, of its own lane', async () => {
    await open(true);
    const { sendId } = await campaign.send({ to: { users: ['a'] }, options: { purpose: 'transactional' } });
    const { body } = await campaign.call('GET', `/sends/${sendId}`);

    expect(await waits(sendId)).toEqual([
      { what: 'dispatcher', provider: 'apns', reason: 'no_consumers' },
      { what: 'feedback', provider: null, reason: 'no_consumers' },
    ]);
    expect((body as Waits).waitingFor[0]?.detail).toContain('push.dispatch.apns.transactional');
  });

  it('waits for a planner', async () => {
    await open(false);
    const { sendId } = await campaign.send({ to: { everyone: true } });

    expect(await waits(sendId)).toContainEqual({ what: 'planner', provider: null, reason: 'no_consumers' });
  });

  it('waits for nobody but a person while it is paused', async () => {
    await open(false);
    const { sendId } = await campaign.send({ to: { everyone: true } });
    await campaign.call('POST', `/sends/${sendId}/pause`);

    expect(await waits(sendId)).toEqual([{ what: 'resume', provider: null, reason: 'paused' }]);
  });
});

describe('GET …/providers', () => {
  it('says that nobody sends to a provider, and of one without a credential that it has none', async () => {
    await open(true);
    const { body } = await campaign.call('GET', '/providers');

    const { items } = body as { items: { provider: string; health: string }[] };
    const others = BUILT_PROVIDERS.filter((provider) => provider !== 'apns').map((provider) => [provider, 'no_credential']);
    expect(items.map(({ provider, health }) => [provider, health])).toEqual([['apns', 'no_dispatcher'], ...others]);
  });
});
