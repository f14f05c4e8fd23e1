import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { openApiOf } from '#libs/api';
import { LiveEvents, MemoryLiveEvents, SharedCache, type Hints } from '#libs/coordination';
import { Clock, DependencyUnavailable } from '#libs/kernel';
import type { Send } from '#libs/sends';
import { SendRepository } from '#libs/sends/send/writing';
import { z } from 'zod';
import type { SendRecord } from '../src/send/send-record.ts';
import { FindSend } from '../src/send/find-send.ts';
import { ScheduledSends } from '../src/send/scheduled-sends.ts';
import { ShowSend } from '../src/control/show-send.ts';
import { WatchSend } from '../src/control/watch-send.ts';
import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;
let sendId: string;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('p1', { user: 'a' });
  ({ sendId } = await campaign.send({ to: { users: ['a'] } }));
});

afterEach(() => campaign.close());

describe('GET …/sends/{id}/events', () => {
  let port: number;

  beforeEach(async () => {
    await campaign.http.app.listen(0, '127.0.0.1');
    port = (campaign.http.app.getHttpServer().address() as AddressInfo).port;
  });

  async function open(id: string): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${campaign.key}` };
    const [answer] = (await once(
      get({ host: '127.0.0.1', port, path: `/v1/apps/shop/sends/${id}/events`, headers, agent: false }),
      'response',
    )) as [IncomingMessage];
    return answer.setEncoding('utf8');
  }

  async function* told(stream: IncomingMessage): AsyncGenerator<SendRecord> {
    let rest = '';
    for await (const piece of stream) {
      const events = (rest + String(piece)).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        if (event === ':') continue;
        expect(event).toMatch(/^event: send\ndata: \{.*\}$/);
        yield JSON.parse(event.slice('event: send\ndata: '.length)) as SendRecord;
      }
    }
  }

  it('tells the send as GET shows it, again when somebody changed it, and ends with it', async () => {
    const stream = await open(sendId);
    const records = told(stream);

    const first = (await records.next()).value as SendRecord;
    expect(first).toEqual(await campaign.show(sendId));
    expect(first).toMatchObject({ state: 'sending', finishedAt: null, counts: { remaining: 1 } });

    await campaign.call('POST', `/sends/${sendId}/pause`);
    expect((await records.next()).value).toMatchObject({ state: 'paused', counts: { remaining: 1 } });

    await campaign.call('POST', `/sends/${sendId}/resume`);
    for (const batch of await campaign.batches(sendId)) await campaign.settle(batch);
    const rest = [];
    for await (const record of records) rest.push(record);
    expect(rest.at(-1)).toEqual(await campaign.show(sendId));
    expect(rest.at(-1)).toMatchObject({ state: 'done', counts: { accepted: 1, remaining: 0 } });
    expect(stream.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  });

  it('tells a send that is over once', async () => {
    await campaign.settleAll(sendId);

    const records = [];
    for await (const record of told(await open(sendId))) records.push(record);

    expect(records).toEqual([await campaign.show(sendId)]);
  });

  it('knows no other sends, and is for whoever may read them', async () => {
    const sdk = await campaign.http.keys.key('shop', 'sdk');

    expect(await campaign.call('GET', '/sends/unknown/events')).toMatchObject({ status: 404, body: { code: 'send_not_found' } });
    expect(await campaign.call('HEAD', `/sends/${sendId}/events`)).toMatchObject({ status: 200, text: '' });
    expect(await campaign.http.call('GET', `/v1/apps/shop/sends/${sendId}/events`, { key: sdk })).toMatchObject({ status: 403 });
  });

  it('is in the document as what it is', () => {
    expect(openApiOf(campaign.http.app).paths['/v1/apps/{app}/sends/{id}/events']!.get).toMatchObject({
      responses: { 200: { content: { 'text/event-stream': {} } }, 404: {}, 429: {} },
      'x-error-codes': ['send_not_found', 'too_many_streams'],
    });
  });
});

describe('a watched send', () => {
  const often = { minMs: 1, settlingMs: 1, quietMs: 1, maxMs: 60_000 };
  let end: AbortController;

  beforeEach(() => {
    end = new AbortController();
  });

  afterEach(() => {
    end.abort();
  });

  const find = <T>(type: abstract new (...args: never[]) => T) => campaign.http.app.get<unknown, T>(type, { strict: false });

  function watched(
    pace = often,
    live: LiveEvents = new DeafEvents(),
    sends: SendRepository = find(SendRepository),
  ): AsyncGenerator<SendRecord> {
    const watch = new WatchSend(new FindSend(sends, find(ScheduledSends)), find(ShowSend), live, find(Clock), pace);
    return watch.execute({ app: 'shop', id: sendId }, end.signal);
  }

  it('is looked at again without any hint', async () => {
    const records = watched();
    expect((await records.next()).value).toMatchObject({ state: 'sending' });

    await campaign.settleAll(sendId);

    const states = [];
    for await (const { state } of records) states.push(state);
    expect(states.at(-1)).toBe('done');
  });

  it('is looked at sooner with one: when it was held, when it went on, when it was stopped', async () => {
    const onlyHints = { ...often, settlingMs: 3_600_000, quietMs: 3_600_000 };
    const records = watched(onlyHints, find(LiveEvents));
    expect((await records.next()).value).toMatchObject({ state: 'sending' });

    const paused = records.next();
    await campaign.call('POST', `/sends/${sendId}/pause`);
    expect((await paused).value).toMatchObject({ state: 'paused' });

    const resumed = records.next();
    await campaign.call('POST', `/sends/${sendId}/resume`);
    expect((await resumed).value).toMatchObject({ state: 'sending' });

    const stopped = records.next();
    await campaign.call('POST', `/sends/${sendId}/stop`);
    expect((await stopped).value).toMatchObject({ state: 'stopped' });
  });

  it('is told once, however many hints come, when nothing of it has changed', async () => {
    const live = new MemoryLiveEvents();
    let looks = 0;
    const sends: SendRepository = find(SendRepository);
    const counting = {
      findById: async (app: string, id: string): Promise<Send | undefined> => {
        looks += 1;
        live.tell(`send:${id}`);
        if (looks === 20) end.abort();
        return sends.findById(app, id);
      },
    } as unknown as SendRepository;

    const records = [];
    for await (const record of watched({ ...often, settlingMs: 3_600_000, quietMs: 3_600_000 }, live, counting)) records.push(record);

    expect(records).toHaveLength(1);
    expect(looks).toBe(20);
  });

  it('is not given up while the database is away', async () => {
    let isAway = true;
    const sends: SendRepository = find(SendRepository);
    const flickering = {
      findById: async (app: string, id: string): Promise<Send | undefined> => {
        isAway = !isAway;
        if (!isAway) throw new DependencyUnavailable('MongoDB');
        return sends.findById(app, id);
      },
    } as unknown as SendRepository;
    const records = watched(often, new DeafEvents(), flickering);
    expect((await records.next()).value).toMatchObject({ state: 'sending' });

    await campaign.settleAll(sendId);

    const states = [];
    for await (const { state } of records) states.push(state);
    expect(states.at(-1)).toBe('done');
  });

  it('has to be asked for again after a while, which a key that was revoked cannot', async () => {
    const records = watched();
    await records.next();

    campaign.http.clock.advance(often.maxMs);

    expect(await records.next()).toMatchObject({ done: true });
  });
});

describe('what others keep of a send', () => {
  it('is shown for a second, and does not decide how the send ends', async () => {
    const wrong = { users: 1, targeted: 9, suppressed: 0, accepted: 0, failed: 0, remaining: 9, possibleDuplicates: 0 };
    const standing = { sums: { counts: wrong, outcomes: {}, suppressedBy: {}, byProvider: {} }, lastProgressAt: 0 };
    const cache = campaign.http.app.get(SharedCache);
    const poison = () => cache.of(`sums:${sendId}`, { forMs: 1_000, shape: z.any(), make: async () => standing });

    await poison();
    expect((await campaign.call('GET', `/sends/${sendId}`)).body).toMatchObject({ counts: wrong });
    const before = await campaign.show(sendId); // a second later
    expect(before.counts).toMatchObject({ targeted: 1, remaining: 1 });

    campaign.http.clock.advance(1_000);
    await poison();
    expect((await campaign.call('POST', `/sends/${sendId}/pause`)).body).toMatchObject({ counts: { targeted: 1 } });
    await campaign.call('POST', `/sends/${sendId}/resume`);
    await campaign.settleAll(sendId);

    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { targeted: 1, accepted: 1, remaining: 0 } });
  });
});

/** Nobody ever tells anything. */
class DeafEvents extends LiveEvents {
  tell(): void {
    // Nobody hears it.
  }

  listen(): Hints {
    return { next: (withinMs) => after(withinMs, false) };
  }
}
