import { createHash } from 'node:crypto';
import { post } from './http1-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

interface BaiduAnswer {
  readonly status: number;
  readonly error_code?: number;
  readonly error_msg?: string;
  readonly response_params?: { readonly msg_id: string };
}

interface How {
  readonly path?: string;
  readonly host?: 'baidu' | 'alternate';
  /** Laid over the form once it is signed. */
  readonly after?: object;
  readonly headers?: object;
  readonly account?: { readonly apiKey: string; readonly secretKey: string };
}

const single = '/rest/3.0/push/single_device';
const batch = '/rest/3.0/push/batch_device';
const msg = JSON.stringify({ title: 'T', description: 'a b*c~d (é) 你好' });
let nextChannel = 3_923_859_573_096_872_165n;
const newChannel = () => String((nextChannel += 1n));

/** PHP's, for ASCII and UTF-8, by way of what a form writes: URLSearchParams differs in `*` and `~` alone. */
function urlencode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1).replaceAll('*', '%2A').replaceAll('~', '%7E');
}

describe('simulated Baidu Push', () => {
  let running: Running;

  beforeAll(async () => {
    running = await runningSimulator();
  });

  beforeEach(() => {
    running.simulator.faults.clear();
    running.simulator.ledger.clear();
  });

  afterAll(() => running.stop());

  const now = () => Math.floor(running.clock.now() / 1_000);

  function signed(
    parameters: Record<string, string>,
    url: string,
    { apiKey, secretKey } = running.simulator.accounts.simulated.baidu,
  ): Record<string, string> {
    const all: Record<string, string> = { apikey: apiKey, timestamp: String(now()), device_type: '3', msg_type: '1', msg, ...parameters };
    const pairs = Object.keys(all).sort().map((name) => `${name}=${all[name] ?? ''}`); // prettier-ignore
    return { ...all, sign: createHash('md5').update(urlencode(`POST${url}${pairs.join('')}${secretKey}`)).digest('hex') }; // prettier-ignore
  }

  async function ask(
    parameters: Record<string, string>,
    { path = single, host = 'baidu', after = {}, headers = {}, account }: How = {},
  ): Promise<BaiduAnswer> {
    const { baidu } = running.simulator.listeners;
    const listener = host === 'baidu' ? baidu : baidu.alternate;
    const form = { ...signed(parameters, `https://${listener.host}:${listener.port}${path}`, account), ...after };
    const own = { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent': 'BCCS_SDK/3.0 (test)', ...headers };
    const { status, body } = await post(listener, path, own, new URLSearchParams(form).toString());
    return { status, ...(body.startsWith('{') ? (JSON.parse(body) as object) : {}) };
  }

  it('takes a signed notification, and rings the phone', async () => {
    const channel = newChannel();
    running.simulator.devices.announce({ installation: 'i1', provider: 'baidu', platform: 'android', token: channel });
    const carillon = JSON.stringify({ v: 1, send: 's1', receipt: 'r1', link: 'app://x' });
    const shown = { title: 'T', description: 'a b*c~d (é) 你好', custom_content: { order: 'A-17', carillon } };

    const answer = await ask({ channel_id: channel, msg: JSON.stringify(shown) });

    expect(answer).toMatchObject({ status: 200, response_params: { msg_id: expect.any(String) as string } });
    expect(running.simulator.devices.findInbox('i1')?.arrivals).toMatchObject([
      { title: 'T', body: 'a b*c~d (é) 你好', data: { order: 'A-17' }, sendId: 's1', link: 'app://x' },
    ]);
    expect(running.simulator.ledger.find({ provider: 'baidu', token: channel })).toMatchObject([
      { send: 's1', receipt: 'r1', body: { channel_id: channel, msg_type: '1' } },
    ]);
  });

  it('answers at its other host, whose name is part of the signature', async () => {
    const { host, port } = running.simulator.listeners.baidu;

    expect(await ask({ channel_id: newChannel() }, { host: 'alternate' })).toMatchObject({ status: 200 });
    const elsewhere = signed({ channel_id: newChannel() }, `https://${host}:${port}${single}`);
    expect(await ask({ channel_id: newChannel() }, { host: 'alternate', after: elsewhere })).toMatchObject({ error_code: 30_603 });
  });

  it.each([
    ['another secret', { sign: '0'.repeat(32) }, 401, 30_603],
    ['a parameter that was changed after', { msg: '{"description":"other"}' }, 401, 30_603],
    ['an unknown application', { apikey: 'nobody' }, 401, 30_603],
    ['no signature', { sign: '' }, 401, 30_603],
  ])('refuses %s', async (_, after, status, error_code) => {
    const answer = await ask({ channel_id: newChannel() }, { after });

    expect(answer).toMatchObject({ status, error_code });
  });

  it('takes a timestamp of ten minutes before or after, and tells its own time with the refusal of another', async () => {
    const at = (offset: number, more = {}) => ask({ channel_id: newChannel(), timestamp: String(now() + offset), ...more });

    expect(await at(-600)).toMatchObject({ status: 200 });
    expect(await at(600)).toMatchObject({ status: 200 });
    expect(await at(-601)).toMatchObject({ status: 408, error_code: 30_606 });
    expect(await at(601)).toMatchObject({ status: 408, error_code: 30_606 });
    expect(await at(-5_000, { expires: String(now() + 1) })).toMatchObject({ status: 200 });
    expect(await at(0, { expires: String(now() - 1) })).toMatchObject({ status: 408, error_code: 30_606 });
  });

  it.each([
    ['a channel id that is no number', { channel_id: 'abc' }],
    ['no channel id', {}],
    ['another kind of device', { channel_id: '1234567890', device_type: '5' }],
    ['another kind of message', { channel_id: '1234567890', msg_type: '2' }],
    ['no message', { channel_id: '1234567890', msg: '' }],
    ['a notification without a description', { channel_id: '1234567890', msg: '{"title":"T"}' }],
    ['a notification that is no JSON', { channel_id: '1234567890', msg: 'T' }],
    ['a notification of 4,097 bytes', { channel_id: '1234567890', msg: JSON.stringify({ description: 'x'.repeat(4_079) }) }],
    ['a style that does not exist', { channel_id: '1234567890', msg: '{"description":"T","notification_basic_style":8}' }],
    ['a life of more than a week', { channel_id: '1234567890', msg_expires: '604801' }],
    ['a life that is no number', { channel_id: '1234567890', msg_expires: '1d' }],
    ['a topic with a blank', { channel_id: '1234567890', topic_id: 'a b' }],
    [
      'an environment of Apple’s that does not exist',
      { channel_id: '1234567890', device_type: '4', deploy_status: '3', msg: '{"aps":{}}' },
    ],
    ['a notification for Apple without aps', { channel_id: '1234567890', device_type: '4', deploy_status: '1' }],
  ])('refuses %s', async (_, parameters: Record<string, string>) => {
    expect(await ask(parameters)).toMatchObject({ status: 400, error_code: 30_602 });
  });

  it('refuses what its clients do not send, and methods that it has not', async () => {
    const parameters = { channel_id: newChannel() };

    expect(await ask(parameters, { headers: { 'content-type': 'application/json' } })).toMatchObject({ error_code: 30_602 });
    expect(await ask(parameters, { headers: { 'user-agent': 'curl' } })).toMatchObject({ error_code: 30_602 });
    expect(await ask(parameters, { path: '/rest/3.0/push/nobody' })).toMatchObject({ status: 405, error_code: 30_601 });
  });

  it('takes a transparent message of any text, and one for Apple devices', async () => {
    expect(await ask({ channel_id: newChannel(), msg_type: '0', msg: 'anything' })).toMatchObject({ status: 200 });
    const apple = { device_type: '4', deploy_status: '2', msg: '{"aps":{"alert":"Hi"}}' };
    expect(await ask({ channel_id: newChannel(), ...apple })).toMatchObject({ status: 200 });
  });

  it.each([
    ['invalid', 404, 30_608],
    ['wrong_sender', 404, 30_608],
    ['throttled:5', 429, 30_699],
    ['answer:30600', 500, 30_600],
    ['answer:30604', 402, 30_604],
    ['answer:30612', 403, 30_612],
  ])('%s is HTTP %d with %d', async (behaviour, status, error_code) => {
    const channel = newChannel();
    running.simulator.faults.put({ provider: 'baidu', token: channel, behaviour });

    expect(await ask({ channel_id: channel })).toMatchObject({ status, error_code });
    expect(running.simulator.ledger.counts().baidu).toMatchObject({ rejected: 1, reasons: { [String(error_code)]: 1 } });
  });

  it('is down with a page and no code', async () => {
    const channel = newChannel();
    running.simulator.faults.put({ provider: 'baidu', token: channel, behaviour: 'unavailable:2' });

    expect(await ask({ channel_id: channel })).toEqual({ status: 503 });
  });

  it('knows no device of another application', async () => {
    const channel = newChannel();
    running.simulator.accounts.add('baidu', { apiKey: 'other', secretKey: 'other-secret' });
    expect(await ask({ channel_id: channel })).toMatchObject({ status: 200 });

    expect(await ask({ channel_id: channel }, { account: { apiKey: 'other', secretKey: 'other-secret' } })).toMatchObject({
      error_code: 30_608,
    });
  });

  it('takes, records and does not show what goes to a person who has blocked the app', async () => {
    const channel = newChannel();
    running.simulator.devices.announce({ installation: 'i2', provider: 'baidu', platform: 'android', token: channel });
    running.simulator.faults.put({ provider: 'baidu', token: channel, behaviour: 'answer:110001' });

    expect(await ask({ channel_id: channel })).toMatchObject({ error_code: 110_001 });
    expect(running.simulator.ledger.counts().baidu).toMatchObject({ accepted: 1, rejected: 0 });
    expect(running.simulator.devices.findInbox('i2')?.arrivals).toEqual([]);
  });

  it('answers a batch as a whole, and never says which of its devices are dead', async () => {
    const [live, dead] = [newChannel(), newChannel()];
    running.simulator.faults.put({ provider: 'baidu', token: dead, behaviour: 'invalid' });

    const answer = await ask({ channel_ids: JSON.stringify([live, dead]), msg_expires: '86400' }, { path: batch });

    expect(answer).toMatchObject({ status: 200, response_params: { msg_id: expect.any(String) as string } });
    expect(JSON.stringify(answer)).not.toContain(dead);
    expect(running.simulator.ledger.find({ provider: 'baidu' })).toMatchObject([{ token: live }]);
  });

  it.each([
    ['numbers that are no texts', { channel_ids: '[3923859573096872165]' }],
    ['no devices', { channel_ids: '[]' }],
    ['over ten thousand devices', { channel_ids: JSON.stringify(Array.from({ length: 10_001 }, () => '1234567890')) }],
    ['a life of more than a day', { channel_ids: '["1234567890"]', msg_expires: '86401' }],
    ['no life', { channel_ids: '["1234567890"]', msg_expires: '0' }],
  ])('refuses a batch with %s', async (_, parameters: Record<string, string>) => {
    expect(await ask(parameters, { path: batch })).toMatchObject({ error_code: 30_602 });
  });

  it('breaks off without an answer, before or after it took the message', async () => {
    const [before, after] = [newChannel(), newChannel()];
    running.simulator.faults.put({ provider: 'baidu', token: before, behaviour: 'reset' });
    running.simulator.faults.put({ provider: 'baidu', token: after, behaviour: 'reset_after_body' });

    await expect(ask({ channel_id: before })).rejects.toThrow();
    await expect(ask({ channel_id: after })).rejects.toThrow();

    expect(running.simulator.ledger.counts().baidu).toMatchObject({ cut: 1, accepted: 1 });
  });
});
