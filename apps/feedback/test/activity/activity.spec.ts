import { contracts, eventOf, messagesEndedV1, receiptsReportedV1, sendFinishedV1, userMergedV1, type DomainEvent } from '#libs/events';
import { EventPublisher, EventServer } from '#libs/messaging';
import { startConsumers, type TestHttp } from '#libs/testing/http';
import { until } from '#libs/testing';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FACT_TYPES } from '../../src/webhooks/webhook-types.ts';
import { startFeedback } from '../feedback-http.ts';

interface Line {
  readonly id?: string;
  readonly type?: string;
  readonly cursor: string;
}

const counts = { targeted: 1, suppressed: 0, accepted: 1, failed: 0, possibleDuplicates: 0 };
let http: TestHttp;
let key: string;

beforeEach(async () => {
  http = await startFeedback();
  key = await http.keys.key('shop', 'server');
});
afterEach(() => http.close());

const tell = async (...events: DomainEvent[]) => http.app.get(EventPublisher).publish(events);

function finished(n: number, app = 'shop'): DomainEvent {
  return eventOf(sendFinishedV1, { app, sendId: `send-${n}`, state: 'done', counts }, { id: `finished ${n}`, source: 'test', at: 0 });
}

function merged(n: number): DomainEvent {
  const data = { app: 'shop', userId: `user-${n}`, intoUserId: 'kim', revision: 1 };
  return eventOf(userMergedV1, data, { id: `merged ${n}`, source: 'test', at: 0 });
}

function ended(sendId: string, messages: number): DomainEvent {
  const installationIds = Array.from({ length: messages }, (_, n) => `phone-${n}`);
  const ends = [{ end: 'accepted' as const, outcome: 'accepted', reason: null, provider: 'apns', installationIds }];
  return eventOf(messagesEndedV1, { app: 'shop', sendId, ends }, { source: 'test', at: 0 });
}

async function read(query = '', headers: Record<string, string> = {}): Promise<{ status: number; text: string; lines: Line[] }> {
  const { status, text } = await http.call('GET', `/v1/apps/shop/activity${query}`, { key, headers });
  const lines = status === 200 && !text.startsWith('id:') ? text.trimEnd().split('\n') : [];
  return { status, text, lines: lines.map((line) => JSON.parse(line) as Line) };
}

const idsOf = (lines: readonly Line[]) => lines.flatMap(({ id }) => id ?? []);

async function follow(headers: Record<string, string>): Promise<IncomingMessage> {
  if (!http.app.getHttpServer().listening) await http.app.listen(0, '127.0.0.1');
  const { port } = http.app.getHttpServer().address() as AddressInfo;
  const path = '/v1/apps/shop/activity?follow=true';
  const request = get({ host: '127.0.0.1', port, path, agent: false, headers: { authorization: `Bearer ${key}`, ...headers } });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  return answer.setEncoding('utf8');
}

describe('GET …/activity', () => {
  it('tells every fact of the app once, whatever topic it is on, and none of another app', async () => {
    await tell(finished(1), merged(1), finished(9, 'other'), finished(2));

    const { lines } = await read();

    expect(idsOf(lines).toSorted()).toEqual(['finished 1', 'finished 2', 'merged 1']);
    expect(lines.at(-1)).toEqual({ cursor: lines.at(-1)?.cursor });
    expect(lines[0]).toMatchObject({ specversion: '1.0', source: 'test', data: { app: 'shop' } });
  });

  it('goes on exactly after any line, in the middle of a batch of messages, too', async () => {
    await tell(ended('one', 30), finished(1), ended('two', 30), merged(1));
    const { lines } = await read();
    expect(new Set(idsOf(lines)).size).toBe(62);

    for (const [place, { cursor }] of lines.entries()) {
      const rest = await read(`?since=${cursor}`);
      expect(new Set([...idsOf(lines.slice(0, place + 1)), ...idsOf(rest.lines)]).size).toBe(62);
      expect(idsOf(rest.lines)).toHaveLength(idsOf(lines.slice(place + 1)).length);
    }
  });

  it('tells the types that are asked for, and begins at a time', async () => {
    await tell(ended('one', 3), finished(1), merged(1));
    http.clock.advance(60_000);
    await tell(merged(2));
    const since = new Date(http.clock.now()).toISOString();

    expect((await read('?types=message.accepted,send.*')).lines.flatMap(({ type }) => type ?? []).toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'message.accepted.v1'),
      'send.finished.v1',
    ]);
    expect(idsOf((await read(`?since=${since}`)).lines)).toEqual(['merged 2']);
  });

  it('refuses what is no cursor, no type and no key of a server, and a cursor behind which facts are gone', async () => {
    await tell(finished(1));
    const { lines } = await read();
    const answers = await Promise.all(
      ['?since=nothing', '?types=send.finnished', '?follow=perhaps', '?since=1.2'].map((query) => read(query)),
    );
    const sdk = await http.keys.key('shop', 'sdk');

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(await http.call('GET', '/v1/apps/shop/activity', { key: sdk })).toMatchObject({ status: 403 });
    http.store.sql("INSERT INTO log_starts SELECT 'push.activity', value, 5 FROM json_each('[0,1,2,3,4,5,6,7]')").run();
    expect(await read(`?since=${lines.at(-1)?.cursor}`)).toMatchObject({ status: 410 });
    expect(await read()).toMatchObject({ status: 200 });
    expect(await http.call('HEAD', '/v1/apps/shop/activity?follow=true', { key })).toMatchObject({ status: 200, text: '' });
  });

  it('follows as server-sent events, which go on after Last-Event-ID, and as lines', async () => {
    await tell(finished(1));
    const events = await follow({ accept: 'text/event-stream' });
    let [told, lines] = ['', ''];
    events.on('data', (part: string) => (told += part));
    await until(() => told.includes('finished 1'));
    await tell(finished(2), finished(9, 'other'));
    await until(() => told.includes('finished 2'));
    events.destroy();
    const [, id = ''] = /^id: (.+)$/m.exec(told) ?? [];

    const again = await read('?since=0.0.0.0.0.0.0.0', { accept: 'text/event-stream', 'last-event-id': id });
    expect(again.text).toContain('"id":"finished 2"');
    expect(again.text).not.toContain('"id":"finished 1"');
    expect(told).not.toContain('other');
    const ndjson = await follow({});
    ndjson.on('data', (part: string) => (lines += part));
    await until(() => lines.includes('finished 2'));
    expect(ndjson.headers['content-type']).toBe('application/x-ndjson');
    ndjson.destroy();
  });

  it('is no faster than its reader: one that stands still holds up nobody and little memory', async () => {
    for (let n = 0; n < 40; n += 1) await tell(ended(`send-${n}`, 500));
    const slow = await follow({});
    await once(slow, 'readable');

    const { lines } = await read('?types=message.accepted');
    slow.destroy();

    expect(new Set(idsOf(lines)).size).toBe(20_000);
  });

  it('and webhooks know every fact that there is', async () => {
    const strategy = http.app.get(EventServer);
    await startConsumers(http);
    const handled = strategy.subscriptions.find(({ service }) => service === 'webhooks')?.handlers.keys() ?? [];
    const facts = contracts.filter(({ isFact, topics }) => isFact === true || topics.includes('push.activity')).map(({ type }) => type);
    const ofEnds = ['message.accepted', 'message.failed', 'message.suppressed'];
    const shown = FACT_TYPES.filter((type) => !ofEnds.includes(type)).map((type) => `${type}.v1`);

    expect([...handled].toSorted()).toEqual(facts.toSorted());
    expect([...shown, messagesEndedV1.type, receiptsReportedV1.type].toSorted()).toEqual(facts.toSorted());
  });
});
