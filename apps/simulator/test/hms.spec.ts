import { randomBytes } from 'node:crypto';
import { post } from './http1-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

interface HmsAnswer {
  readonly status: number;
  readonly code?: string;
  readonly msg?: string;
}

const newToken = () => `IQAAAACy0${randomBytes(72).toString('base64url')}`;
const notification = { title: 'T', body: 'B' };
const android = { notification: { click_action: { type: 3 } } };

describe('simulated Huawei Push Kit', () => {
  let running: Running;
  let app: string;
  let bearer: string;

  beforeAll(async () => {
    running = await runningSimulator();
    app = running.simulator.accounts.simulated.hms.appId;
  });

  beforeEach(async () => {
    running.simulator.faults.clear();
    running.simulator.ledger.clear();
    bearer = await tokenOf();
  });

  afterAll(() => running.stop());

  async function exchange(form: Record<string, string>) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status, body } = await post(running.simulator.listeners.hms, '/oauth2/v3/token', headers, new URLSearchParams(form).toString());
    return { status, body, ...(JSON.parse(body) as Record<string, unknown>) } as Record<string, unknown> & { body: string };
  }

  const credentials = () => {
    const { appId, clientSecret } = running.simulator.accounts.simulated.hms;
    return { grant_type: 'client_credentials', client_id: appId, client_secret: clientSecret };
  };

  async function tokenOf(): Promise<string> {
    const { access_token: token } = await exchange(credentials());
    return token as string;
  }

  async function ask(body: unknown, { path = `/v1/${app}/messages:send`, authorization = `Bearer ${bearer}` } = {}): Promise<HmsAnswer> {
    const { hms } = running.simulator.listeners;
    const headers = { 'content-type': 'application/json', ...(authorization !== '' && { authorization }) };
    const answer = await post(hms, path, headers, typeof body === 'string' ? body : JSON.stringify(body));
    return { status: answer.status, ...(answer.body.startsWith('{') ? (JSON.parse(answer.body) as object) : {}) };
  }

  const sendTo = (token: readonly string[], message: object = { notification, android }) => ask({ message: { ...message, token } });

  describe('token endpoint', () => {
    it('gives a token for an hour, its slashes escaped as Huawei writes them', async () => {
      const { status, body, expires_in: seconds, token_type: type } = await exchange(credentials());

      expect({ status, seconds, type }).toEqual({ status: 200, seconds: 3_600, type: 'Bearer' });
      expect(body).not.toMatch(/[^\\]\//);
    });

    it.each([
      ['another grant', { grant_type: 'password' }, 400, 1_102],
      ['no secret', { client_secret: '' }, 400, 1_102],
      ['an unknown app', { client_id: '1' }, 400, 1_101],
      ['a wrong secret', { client_secret: 'guess' }, 401, 1_101],
    ])('refuses %s', async (_, change, status, error) => {
      expect(await exchange({ ...credentials(), ...change })).toMatchObject({ status, error });
    });
  });

  describe('the caller', () => {
    it.each([
      ['without a token', { authorization: '' }, '80200001'],
      ['with a token that was never issued', { authorization: 'Bearer made-up' }, '80200001'],
    ])('is refused %s, with HTTP 200', async (_, how, code) => {
      expect(await ask({ message: { notification, android, token: [newToken()] } }, how)).toMatchObject({ status: 200, code });
    });

    it('is refused once the token is over', async () => {
      running.clock.advance(3_600_000);

      expect(await sendTo([newToken()])).toMatchObject({ status: 200, code: '80200003' });
    });

    it('may send for the app of its token alone', async () => {
      expect(await ask({}, { path: '/v1/99999999/messages:send' })).toMatchObject({ code: '80300002' });
    });

    it('gets a page for any other path', async () => {
      expect(await ask({}, { path: '/v2/messages' })).toEqual({ status: 404 });
    });
  });

  it('takes a message, and rings the phone', async () => {
    const token = newToken();
    running.simulator.devices.announce({ installation: 'i1', provider: 'hms', platform: 'harmonyos', token });
    const ours = JSON.stringify({ v: 1, send: 's1', receipt: 'r1', link: 'app://x' });
    const data = JSON.stringify({ order: 'A-17', carillon: ours });

    const answer = await sendTo([token], { notification, android: { ...android, collapse_key: 7 }, data });

    expect(answer).toMatchObject({ status: 200, code: '80000000', msg: 'Success' });
    expect(running.simulator.devices.findInbox('i1')?.arrivals).toMatchObject([
      { title: 'T', body: 'B', data: { order: 'A-17' }, sendId: 's1', link: 'app://x', collapseId: '7' },
    ]);
    expect(running.simulator.ledger.find({ provider: 'hms', token })).toMatchObject([{ send: 's1', receipt: 'r1' }]);
  });

  const tooMany = Array.from({ length: 1_001 }, newToken);
  const click = (click_action: unknown) => ({ notification, android: { notification: { click_action } } });

  it.each([
    ['no JSON', 'nothing', '80100003'],
    ['no message', { token: ['a'] }, '80100003'],
    ['no target', { message: { notification, android } }, '80100001'],
    ['two targets', { message: { notification, android, token: [newToken()], topic: 'a' } }, '80100001'],
    ['no token', { message: { notification, android, token: [] } }, '80300010'],
    ['over a thousand tokens', { message: { notification, android, token: tooMany } }, '80300010'],
    ['nothing to say', { message: { token: [newToken()] } }, '80100001'],
    ['data that is an object', { message: { data: {}, token: [newToken()] } }, '80100001'],
    ['no click action', { message: { notification, token: [newToken()] } }, '80100001'],
    ['a click action without its page', { message: { ...click({ type: 1 }), token: [newToken()] } }, '80100001'],
    ['a click action without its URL', { message: { ...click({ type: 2, url: 'http://e.org' }), token: [newToken()] } }, '80100001'],
    ['no title', { message: { notification: { body: 'B' }, android, token: [newToken()] } }, '80100001'],
    ['no body', { message: { notification: { title: 'T', body: ' ' }, android, token: [newToken()] } }, '80100001'],
    ['a collapse key that is a text', { message: { data: 'x', android: { collapse_key: '1' }, token: [newToken()] } }, '80100013'],
    ['a collapse key of 101', { message: { data: 'x', android: { collapse_key: 101 }, token: [newToken()] } }, '80100013'],
    ['a life of 16 days', { message: { data: 'x', android: { ttl: '1382400s' }, token: [newToken()] } }, '80100004'],
    ['a life without a unit', { message: { data: 'x', android: { ttl: '10' }, token: [newToken()] } }, '80100004'],
    ['an unknown urgency', { message: { data: 'x', android: { urgency: 'LOW' }, token: [newToken()] } }, '80100001'],
    ['a category in small letters', { message: { data: 'x', android: { category: 'im' }, token: [newToken()] } }, '80100001'],
    ['a test message to eleven', { message: { data: 'x', android: { target_user_type: 1 }, token: tooMany.slice(0, 11) } }, '80100001'],
    ['4,097 bytes', { message: { data: 'x'.repeat(4_064), token: [newToken()] } }, '80300008'],
  ])('refuses %s', async (_, body, code) => {
    expect(await ask(body)).toMatchObject({ status: 200, code });
  });

  it('counts 4,096 bytes without the tokens', async () => {
    const tokens = Array.from({ length: 5 }, newToken);
    const room = 4_096 - JSON.stringify({ message: { data: '', token: tokens.map(() => '') } }).length;

    expect(await ask({ message: { data: 'x'.repeat(room), token: tokens } })).toMatchObject({ code: '80000000' });
    expect(await ask({ message: { data: 'x'.repeat(room + 1), token: tokens } })).toMatchObject({ code: '80300008' });
  });

  it('names dead tokens among others in a text of JSON, and takes the message for the rest', async () => {
    const [live, dead] = [newToken(), newToken()];
    running.simulator.faults.put({ provider: 'hms', token: dead, behaviour: 'invalid' });

    const { code, msg } = await sendTo([live, dead]);

    expect(code).toBe('80100000');
    expect(JSON.parse(msg!)).toEqual({ success: 1, failure: 1, illegal_tokens: [dead] });
    expect(running.simulator.ledger.find({ provider: 'hms' })).toMatchObject([{ token: live }]);
    expect(running.simulator.ledger.counts().hms).toMatchObject({ accepted: 1, rejected: 1 });
  });

  it('calls all tokens invalid where all are', async () => {
    const dead = newToken();
    running.simulator.faults.put({ provider: 'hms', token: dead, behaviour: 'invalid' });

    expect(await sendTo([dead])).toMatchObject({ status: 200, code: '80300007' });
  });

  it('groups tokens of another app by their cause', async () => {
    const [live, foreign, owned] = [newToken(), newToken(), newToken()];
    running.simulator.faults.put({ provider: 'hms', token: foreign, behaviour: 'wrong_sender' });
    running.simulator.accounts.add('hms', { appId: '200', clientSecret: 'other-secret' });
    const other = await exchange({ ...credentials(), client_id: '200', client_secret: 'other-secret' });
    const how = { path: '/v1/200/messages:send', authorization: `Bearer ${String(other['access_token'])}` };
    expect(await ask({ message: { data: 'x', token: [owned] } }, how)).toMatchObject({ code: '80000000' });

    const { msg } = await sendTo([live, foreign, owned]);

    expect(JSON.parse(msg!)).toMatchObject({ success: 1, failure: 2, illegalTokens: { noRight: [foreign, owned] } });
  });

  it.each([
    ['throttled:7', 503],
    ['unavailable:3', 502],
    ['answer:404', 404],
    ['answer:500', 500],
  ])('%s is a page with HTTP %d', async (behaviour, status) => {
    const token = newToken();
    running.simulator.faults.put({ provider: 'hms', token, behaviour });

    expect(await sendTo([token])).toEqual({ status });
  });

  it.each(['80100016', '80200005', '80600003', '81000001'])('says %s where it is asked to', async (code) => {
    const token = newToken();
    running.simulator.faults.put({ provider: 'hms', token, behaviour: `answer:${code}` });

    expect(await sendTo([token])).toMatchObject({ status: 200, code });
    expect(running.simulator.ledger.counts().hms.reasons).toEqual({ [code]: 1 });
  });

  it('names the one token of a request where it is asked for a partial success', async () => {
    const token = newToken();
    running.simulator.faults.put({ provider: 'hms', token, behaviour: 'answer:80100000' });

    const { msg } = await sendTo([token]);

    expect(JSON.parse(msg!)).toEqual({ success: 0, failure: 1, illegal_tokens: [token] });
  });

  it('breaks off without an answer, before or after it took the message', async () => {
    const [before, after] = [newToken(), newToken()];
    running.simulator.faults.put({ provider: 'hms', token: before, behaviour: 'reset' });
    running.simulator.faults.put({ provider: 'hms', token: after, behaviour: 'reset_after_body' });

    await expect(sendTo([before])).rejects.toThrow();
    await expect(sendTo([after])).rejects.toThrow();

    expect(running.simulator.ledger.counts().hms).toMatchObject({ cut: 1, accepted: 1 });
  });

  it('checks and does not deliver what is only to be validated', async () => {
    expect(await ask({ validate_only: true, message: { notification, android, token: [newToken()] } })).toMatchObject({ code: '80000000' });
    expect(running.simulator.ledger.counts().hms).toMatchObject({ validated: 1, accepted: 0 });
  });
});
