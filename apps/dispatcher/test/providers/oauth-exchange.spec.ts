import { FixedClock } from '#libs/testing';
import { clientCredentialsExchange } from '../../src/providers/oauth-exchange.ts';
import { ScriptedServer } from '../transport/http2-scripted-server.ts';

const clock = new FixedClock('2026-01-01T00:00:00Z');
const client = { client_id: 'ms-app://S-1-15-2', client_secret: 'a+b&c=d é', scope: 'notify.windows.com' };

describe('the exchange of client credentials', () => {
  let server: ScriptedServer;
  let answer: [status: number, body: string];

  beforeAll(async () => {
    server = await ScriptedServer.start();
    server.script = (request) => {
      const [status, body] = answer;
      request.answer(status, {}, body);
    };
  });

  afterAll(() => server.stop());

  const exchange = () =>
    clientCredentialsExchange({ url: `https://127.0.0.1:${server.port}/accesstoken.srf`, ca: server.destination().ca }, client, clock)();

  it('posts id, secret and scope as a form, each as it is', async () => {
    answer = [200, '{"access_token":"EgAc/x+y==","token_type":"bearer","expires_in":86400}'];

    await expect(exchange()).resolves.toEqual({ value: 'EgAc/x+y==', expiresAt: clock.now() + 86_400_000 });

    const { headers, body } = server.seen.at(-1)!;
    expect(headers).toMatchObject({ ':path': '/accesstoken.srf', 'content-type': 'application/x-www-form-urlencoded' });
    expect(headers).not.toHaveProperty('authorization');
    expect(body).toContain('client_id=ms-app%3A%2F%2FS-1-15-2');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({ grant_type: 'client_credentials', ...client });
  });

  it('takes a lifetime given as text', async () => {
    answer = [200, '{"access_token":"x","expires_in":"86399"}'];

    await expect(exchange()).resolves.toMatchObject({ expiresAt: clock.now() + 86_399_000 });
  });

  it.each([
    ['{"error":"invalid_client","error_description":"x"}', 'invalid_client'],
    ['{"error":1101,"sub_error":20041}', '1101'],
    ['{"error":{"a":1}}', 'token_endpoint_400'],
  ])('is refused with %s: the reason is %s', async (body, reason) => {
    answer = [400, body];

    await expect(exchange()).resolves.toMatchObject({ kind: 'credentials_bad', reason, refreshable: false });
  });
});
