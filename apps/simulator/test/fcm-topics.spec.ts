import type { ClientHttp2Session } from 'node:http2';
import { conditionOf } from '../src/fcm/condition.ts';
import { bearer, newFcmToken, sendMessage } from './fcm-client.ts';
import { runningSimulator, send, type Running } from './running-simulator.ts';

describe('conditions as FCM reads them', () => {
  it.each([
    ["'a' in topics", ['a'], true],
    ["'a' in topics && 'b' in topics", ['a'], false],
    ["'a' in topics || 'b' in topics && 'c' in topics", ['a'], false], // from left to right
    ["'a' in topics || ('b' in topics && 'c' in topics)", ['a'], true],
    ["!('a' in topics)", ['b'], true],
    ["!'a' in topics", ['a'], false],
  ])('%s for a device on %j is %s', (text, topics, gets) => {
    expect(conditionOf(text)?.(new Set(topics))).toBe(gets);
  });

  it.each([
    '', "'a'", "'a' in topics &&", "('a' in topics", "'a' in topics)", "'a b' in topics", "'a' or 'b' in topics",
    [1, 2, 3, 4, 5, 6].map((n) => `'${n}' in topics`).join(' || '),
  ])('%s is none', (text) => {
    expect(conditionOf(text)).toBeUndefined();
  }); // prettier-ignore
});

describe('topics of simulated FCM', () => {
  let running: Running;
  let session: ClientHttp2Session;
  let authorization: string;
  let project: string;

  beforeAll(async () => {
    running = await runningSimulator();
    session = running.connect('fcm');
    authorization = await bearer(running, session);
    project = running.simulator.accounts.simulated.fcm.project_id;
  });

  afterAll(() => running.stop());

  const sendTo = (message: object) => sendMessage(session, { authorization, project, message });

  async function manage(change: 'batchAdd' | 'batchRemove', topic: string, tokens: readonly string[]) {
    const headers = { ':method': 'POST', ':path': `/iid/v1:${change}`, authorization, access_token_auth: 'true' };
    const body = JSON.stringify({ to: `/topics/${topic}`, registration_tokens: tokens });
    return JSON.parse((await send(session, headers, body)).body) as { results: { error?: string }[] };
  }

  function aPhone(installation: string): string {
    const token = newFcmToken();
    running.simulator.devices.announce({ installation, provider: 'fcm', platform: 'android', token });
    return token;
  }

  const shownBy = (installation: string) => running.simulator.devices.findInbox(installation)?.arrivals.map(({ title }) => title);

  it('bring a message to whoever is on them, until they leave', async () => {
    const [one, other] = [aPhone('one'), aPhone('other')];
    expect(await manage('batchAdd', 'news', [one, other, 'x'])).toEqual({ results: [{}, {}, { error: 'INVALID_ARGUMENT' }] });
    await manage('batchAdd', 'sports', [other]);

    expect((await sendTo({ topic: 'news', notification: { title: 'all' } })).status).toBe(200);
    const condition = "'news' in topics && !('sports' in topics)";
    expect((await sendTo({ condition, notification: { title: 'some' } })).status).toBe(200);
    await manage('batchRemove', 'news', [one]);
    await sendTo({ topic: 'news', notification: { title: 'less' } });

    expect(shownBy('one')).toEqual(['all', 'some']);
    expect(shownBy('other')).toEqual(['all', 'less']);
  });

  it('take 2,048 bytes, a condition that can be read, and deliver nothing that is only to be looked at', async () => {
    const one = aPhone('three');
    await manage('batchAdd', 'few', [one]);

    expect(await sendTo({ topic: 'few', data: { a: 'x'.repeat(2_048) } })).toMatchObject({ status: 400, fields: ['message'] });
    expect(await sendTo({ condition: "'few' in topic" })).toMatchObject({ status: 400, fields: ['message.condition'] });
    const raw = JSON.stringify({ validate_only: true, message: { topic: 'few', notification: { title: 'x' } } });
    expect((await sendMessage(session, { authorization, project, raw })).name).toContain('fake_message_id');
    expect(shownBy('three')).toEqual([]);
  });

  it('are of tokens; an installation id is an address of its own', async () => {
    const fid = 'cLZ0yOl4T2mG7yGq1yWcQf';
    running.simulator.devices.announce({ installation: 'four', provider: 'fcm', platform: 'android', token: `fid:${fid}` });

    expect((await sendTo({ fid, notification: { title: 'to a fid' } })).status).toBe(200);
    expect((await sendTo({ fid: 'short', notification: { title: 'x' } })).status).toBe(400);

    expect(shownBy('four')).toEqual(['to a fid']);
  });
});
