import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from './support/platform.ts';
import { userTokens } from './support/user-tokens.ts';

const minutes = 60_000;
const folder = 'libs/sdk-vectors';

interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly public?: boolean;
    readonly headers: Record<string, string>;
    readonly body?: unknown;
  };
  readonly answer: { readonly status: number; readonly body: Record<string, unknown> };
}

const vectors = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as { steps: { exchange: Exchange[] }[] }] as const);

describe('the platform answers as the shared vectors say', () => {
  let platform: Platform;
  const { publicKey, tokenOf } = userTokens('shop');
  let key: string;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
  }, 5 * minutes);

  afterAll(() => platform.end());

  beforeEach(async () => {
    const sdkWritable = ['installation.attributes', 'user.subscription', 'user.attributes', 'user.tags:pref_*'];
    await platform.call('PUT', '/v1/apps/shop', { name: 'Shop' });
    await platform.call('PATCH', '/v1/apps/shop', { sdkKeys: [{ kid: 'test', publicKey }], settings: { sdkWritable } });
    key = (await platform.call<{ key: string }>('POST', '/v1/apps/shop/keys', { kind: 'sdk' })).body.key;
    for (const id of ['1', '2']) await platform.call('DELETE', `/v1/apps/shop/installations/5d0c7f4e-6a2b-4c1d-9e8f-00000000000${id}`);
  });

  it.each(vectors)(
    '%s',
    async (_name, { steps }) => {
      /** `$name` stands for what the platform made: it is learnt from the answer, and said from then on. */
      const known = new Map<string, string>();
      const said = (text: string) => (text.startsWith('$jwt:') ? tokenOf(text.slice(5)) : (known.get(text) ?? text));
      for (const { request, answer } of steps.flatMap(({ exchange }) => exchange)) {
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, said(value)]));

        const { status, body } = await platform.call<Record<string, unknown>>(
          request.method,
          `/v1/apps/shop${request.path}`,
          request.body,
          request.public ? { headers, key: '' } : { headers, key },
        );

        for (const [name, value] of Object.entries(answer.body))
          if (typeof value === 'string' && value.startsWith('$')) known.set(value, String(body[name]));
        const expected = Object.entries(answer.body).map(([name, value]) => [name, typeof value === 'string' ? said(value) : value]);
        expect({ status, body }).toMatchObject({ status: answer.status, body: Object.fromEntries(expected) as object });
      }
    },
    5 * minutes,
  );
});
