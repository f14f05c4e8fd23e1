import type { TopicAnswer, TopicChange } from '#libs/access';
import { PushToken, SystemRandom } from '#libs/kernel';
import type { Installation, InstallationRepository } from '#libs/registry';
import { FixedClock } from '#libs/testing';
import { generateKeyPairSync } from 'node:crypto';
import { CredentialSource } from '../../../src/providers/credential-source.ts';
import { MemorySharedTokens } from '../../../src/providers/memory-shared-tokens.ts';
import { ProviderEndpoints, type SimulatedProvider } from '../../../src/providers/provider-endpoints.ts';
import type { ErrandGround, ProviderErrand } from '../../../src/providers/provider-plug.ts';
import { PROVIDER_PLUGS } from '../../../src/providers/provider-plugs.ts';
import { dispatcherSettings } from '../../../src/settings.ts';
import { Http1Transport } from '../../../src/transport/http1-transport.ts';
import { Http1ScriptedServer } from '../../transport/http1-scripted-server.ts';

const clock = new FixedClock('2026-11-30T12:00:00.000Z');
const serviceAccount = {
  project_id: 'a-project',
  client_email: 'push@a-project.iam.example.com',
  private_key: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  private_key_id: 'k',
};
const json = { 'content-type': 'application/json' };
const change: TopicChange = { app: 'shop', topic: 'news', change: 'subscribe', installations: ['a', 'b', 'c'] };

/** Of every id but `nobody`; a token is its installation's id and a suffix. */
const installations = {
  findByKeys: async (keys: readonly string[]) =>
    change.installations.map((id) => ({ id, provider: 'fcm', token: new PushToken(`${id}:APA91b`) }) as Installation).slice(0, keys.length),
} as unknown as InstallationRepository;

class OneCredential extends CredentialSource {
  constructor(private readonly simulated: boolean) {
    super();
  }

  async get() {
    return { id: 'shop:1', simulated: this.simulated, bundleIds: [], fields: this.simulated ? {} : { serviceAccount } };
  }
}

class OneSimulator extends ProviderEndpoints {
  constructor(private readonly at: SimulatedProvider | undefined) {
    super();
  }

  async simulated() {
    return this.at;
  }
}

describe('topics of FCM, changed by firebase-admin', () => {
  let server: Http1ScriptedServer;
  /** What is answered to a change, in turn; the last one to all that follow. */
  let answers: [status: number, body: string][];
  let exchanges: number;

  beforeEach(async () => {
    server = await Http1ScriptedServer.start();
    exchanges = 0;
    server.script = ({ headers, answer }) => {
      if (headers[':path'] === '/token') answer(200, {}, JSON.stringify({ access_token: `ya29.${(exchanges += 1)}`, expires_in: 3_599 }));
      else {
        const [status, body] = (answers.length > 1 ? answers.shift() : answers[0])!;
        answer(status, json, body);
      }
    };
  });

  afterEach(() => server.stop());

  function changes(simulated = false): ProviderErrand<'fcm_topic'> {
    const { host, port, ca } = server.destination();
    const at = `https://${host}:${port}`;
    const settings = dispatcherSettings.parse(
      // Simulated credentials reach their simulator, wherever the settings lead the others.
      simulated ? {} : { FCM_CA: ca, FCM_TOKEN_URL: `${at}/token`, FCM_TOPICS_URL: at },
    );
    const endpoint = { host, port, ca, tokenUrl: `${at}/token`, account: { serviceAccount } } as unknown as SimulatedProvider;
    const ground: ErrandGround = {
      ...{ transport: new Http1Transport(clock, new SystemRandom()), credentials: new OneCredential(simulated), clock, installations },
      ...{ endpoints: new OneSimulator(simulated ? endpoint : undefined), tokens: new MemorySharedTokens() },
    };
    return PROVIDER_PLUGS.fcm.errands(settings, ground)[0] as ProviderErrand<'fcm_topic'>;
  }

  const asked = () => server.seen.filter(({ headers }) => headers[':path'] !== '/token');
  const outcomes = (answer: TopicAnswer) =>
    'results' in answer ? answer.results.map(({ installation, reason }) => [installation, reason]) : answer;

  it.each([
    ['subscribe', false, '/iid/v1:batchAdd'],
    ['unsubscribe', true, '/iid/v1:batchRemove'],
  ] as const)('%s, of a simulated credential: %s, in one call with a result for each', async (way, simulated, path) => {
    answers = [[200, JSON.stringify({ results: [{}, { error: 'NOT_FOUND' }, { error: 'A_WORD_OF_TOMORROW' }] })]];

    const answer = await changes(simulated).execute({ ...change, change: way });

    expect(outcomes(answer)).toEqual([['a', null], ['b', 'NOT_FOUND'], ['c', 'A_WORD_OF_TOMORROW']]); // prettier-ignore
    expect(asked()).toHaveLength(1);
    const { headers, body } = asked()[0]!;
    expect(headers).toMatchObject({ ':path': path, authorization: 'Bearer ya29.1', access_token_auth: 'true', host: 'iid.googleapis.com' });
    expect(headers['x-firebase-client']).toMatch(/^fire-admin-node/);
    expect(JSON.parse(body)).toEqual({ to: '/topics/news', registration_tokens: ['a:APA91b', 'b:APA91b', 'c:APA91b'] });
  });

  it('asks once more with a new access token where the one it has is refused', async () => {
    answers = [[401, '{"error":"Unauthorized"}'], [200, '{"results":[{},{},{}]}']]; // prettier-ignore

    const errand = changes();
    const done = [['a', null], ['b', null], ['c', null]]; // prettier-ignore
    answers.unshift([200, '{"results":[{},{},{}]}']);
    expect(outcomes(await errand.execute(change))).toEqual(done);
    clock.advance(60_000);
    expect(outcomes(await errand.execute(change))).toEqual(done);
    expect(asked().map(({ headers }) => headers.authorization)).toEqual(['Bearer ya29.1', 'Bearer ya29.1', 'Bearer ya29.2']);
  });

  it.each([
    [400, '{"error":"InvalidTopicName"}', { failure: 'payload_bad', reason: 'InvalidTopicName' }],
    [401, '{"error":"Unauthorized"}', { failure: 'credentials_bad' }],
    [403, '{"error":{"code":403,"status":"PERMISSION_DENIED"}}', { failure: 'credentials_bad', reason: 'PERMISSION_DENIED' }],
    [429, '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}', { failure: 'throttled', reason: 'RESOURCE_EXHAUSTED' }],
    [500, '<html>', { failure: 'retry_later' }],
  ])('says why nothing was changed: %i %s', async (status, body, failure) => {
    answers = [[status, body]];

    expect(await changes().execute(change)).toMatchObject(failure);
  });

  it.each(['{}', '{"results":[]}', 'no JSON'])('has no result of FCM to tell in %s', async (body) => {
    answers = [[200, body]];

    expect(outcomes(await changes().execute(change))).toEqual([['a', 'no_result'], ['b', 'no_result'], ['c', 'no_result']]); // prettier-ignore
  });

  it('tells no word that is none, and whose result is missing', async () => {
    answers = [[200, '{"results":[{"error":7},{}]}']];

    expect(outcomes(await changes().execute(change))).toMatchObject([['a', expect.any(String)], ['b', null], ['c', 'no_result']]); // prettier-ignore
  });

  it('takes in no more than a mebibyte, is not kept waiting by it, and asks no more then', async () => {
    answers = [[200, JSON.stringify({ results: [{}, {}, {}], more: 'x'.repeat(4_194_304) })]];

    expect(await changes().execute(change)).toEqual({ failure: 'provider_down', reason: 'unreachable' });
    expect(asked().length).toBeLessThanOrEqual(5);
  }, 60_000);

  it('is unreachable where nobody listens', async () => {
    const errand = changes();
    answers = [[200, '{"results":[{},{},{}]}']];
    await errand.execute(change);
    await server.stop();

    expect(await errand.execute(change)).toEqual({ failure: 'provider_down', reason: 'unreachable' });
  }, 60_000);
});
