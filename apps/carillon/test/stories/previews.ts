import { BUILT_PROVIDERS } from '#libs/kernel';
import type { RunningPlatform } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';

const minutes = 60_000;
const platforms = ['android', 'ios', 'windows', 'web', 'kindle'];

interface Previewed {
  readonly providers: Readonly<
    Record<
      string,
      {
        readonly installation: string | null;
        readonly payload: unknown;
        readonly bytes: number | null;
        readonly limit: number | null;
        readonly outcome: string;
        readonly reason: string | null;
        readonly sample: {
          readonly of: number;
          readonly largest: number;
          readonly largestOf: string;
          readonly percentile99: number;
        } | null;
      }
    >
  >;
  readonly missing: readonly string[];
  readonly wouldFail: {
    readonly of: number;
    readonly count: number;
    readonly firstReasons: readonly {
      readonly outcome: string;
      readonly reason: string | null;
      readonly count: number;
      readonly sentence: string | null;
    }[];
  };
}

/** What a message comes to at each provider, before anybody gets it. */
export function previewStories(platform: () => RunningPlatform): void {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open(platform(), 'previews');
  });

  async function device(provider: string, facts: object = {}): Promise<{ installation: string; token: string }> {
    for (const name of platforms) {
      const asked = { app: shop.app, platform: name, provider, behaviour: 'ok', ...facts };
      const { status, body } = await platform().simulator<{ installation: string; token: string }>('POST', '/devices', asked);
      if (status === 201) return body;
    }
    throw new Error(`No simulated phone of ${provider}`);
  }

  const preview = (body: object) => shop.call<Previewed>('POST', '/messages/preview', body);

  it(
    'shows what every provider of the app would get for a device that nobody has, in a language',
    async () => {
      const message = { title: 'Hello', body: 'Bells', localized: { fr: { title: 'Bonjour {{ variables.who }}' } } };

      const { status, body } = await preview({ message, variables: { who: 'toi' }, locale: 'fr-CA' });

      expect(status).toBe(200);
      expect(Object.keys(body.providers).sort()).toEqual([...BUILT_PROVIDERS].sort());
      for (const provider of BUILT_PROVIDERS) {
        const one = body.providers[provider];
        expect(one).toMatchObject({ installation: null, outcome: 'accepted', reason: null, sample: null });
        expect(decodeURIComponent(JSON.stringify(one?.payload)).replaceAll('+', ' ')).toContain('Bonjour toi');
        expect(one?.bytes).toBeGreaterThan(10);
        expect(one?.limit).toBeGreaterThanOrEqual(4_096);
      }
      expect(body).toMatchObject({ missing: [], wouldFail: { of: 0, count: 0, firstReasons: [] } });
    },
    2 * minutes,
  );

  it.each(BUILT_PROVIDERS)(
    '%s: the bytes of a preview decide what fits: at the limit it would go, one byte more would fail with the reason',
    async (provider) => {
      const installation = (await device(provider)).installation;
      const at = async (letters: number) => (await preview({ message: { title: 'x', body: 'y'.repeat(letters) }, installation })).body;
      const small = (await at(1)).providers[provider];
      const room = (small?.limit ?? 0) - (small?.bytes ?? 0) + 1;

      const [fitting, over] = [await at(room), await at(room + 1)];

      expect(fitting.providers[provider]).toMatchObject({ installation, bytes: small?.limit, outcome: 'accepted' });
      expect(over.providers[provider]).toMatchObject({
        bytes: (small?.limit ?? 0) + 1,
        outcome: 'payload_bad',
        reason: 'payload_too_large',
        payload: null,
      });
      expect(over.wouldFail).toMatchObject({
        of: 1,
        count: 1,
        firstReasons: [{ outcome: 'payload_bad', reason: 'payload_too_large', count: 1 }],
      });
    },
    2 * minutes,
  );

  it(
    'finds the worst of an audience, and what of it would fail',
    async () => {
      const [short, long, nameless] = [
        await device('fcm', { externalId: 'short' }),
        await device('fcm', { externalId: 'long' }),
        await device('fcm', { externalId: 'nameless' }),
      ];
      await shop.call('PATCH', '/users/short', { attributes: { name: 'Jo' }, tags: ['club'] });
      await shop.call('PATCH', '/users/long', { attributes: { name: 'Wolfeschlegelsteinhausenbergerdorff' }, tags: ['club'] });
      await shop.call('PATCH', '/users/nameless', { tags: ['club'] });

      const { body } = await preview({ message: { title: 'Hello {{ user.attributes.name }}' }, to: { tags: 'club' }, user: 'short' });

      expect(body.providers['fcm']).toMatchObject({ installation: short.installation, sample: { of: 2, largestOf: long.installation } });
      const { bytes, sample } = body.providers['fcm'] ?? {};
      expect(sample?.largest).toBe((bytes ?? 0) + 'Wolfeschlegelsteinhausenbergerdorff'.length - 'Jo'.length);
      expect(body.wouldFail).toMatchObject({
        of: 3,
        count: 1,
        firstReasons: [{ provider: 'fcm', outcome: 'template_error', count: 1, installation: nameless.installation }],
      });
      expect((await shop.call<{ items: object[] }>('GET', '/sends')).body.items).toEqual([]);

      const dry = await shop.call<{ bytes: object; expectedSeconds: number | null }>(
        'POST',
        '/sends',
        { to: { tags: 'club' }, message: { title: 'Hello {{ user.attributes.name }}' }, options: { dryRun: true, ratePerMinute: 10 } },
        { prefer: 'wait=30' },
      );
      expect(dry.body).toMatchObject({
        state: 'done',
        expectedSeconds: 18, // three messages, ten a minute
        bytes: { fcm: { of: 2, largest: sample?.largest, percentile99: sample?.largest, limit: 4_096 } },
      });
    },
    2 * minutes,
  );

  it('previews a template with its examples, and names what is missing', async () => {
    const variables = { code: { type: 'string', required: true, example: '1234' }, minutes: { type: 'number', default: 5 } };
    await shop.call('PUT', '/templates/code', { message: { title: 'Code {{ variables.code }} ({{ variables.minutes }} min)' }, variables });

    const { status, body } = await shop.call<Previewed>('POST', '/templates/code/preview', {});
    const given = await shop.call<Previewed>('POST', '/templates/code/preview', { variables: { code: '7' }, locale: 'de' });

    expect({ status, missing: body.missing }).toEqual({ status: 200, missing: ['code'] });
    expect(JSON.stringify(body.providers['apns']?.payload)).toContain('Code 1234 (5 min)');
    expect(given.body.missing).toEqual([]);
    expect(JSON.stringify(given.body.providers['apns']?.payload)).toContain('Code 7 (5 min)');
    const bare = await preview({ message: { title: '{{ variables.word }}' } });
    expect(bare.body).toMatchObject({ missing: ['word'], providers: { apns: { outcome: 'template_error', payload: null } } });
  });

  it('refuses with every problem at once, and answers nothing of what is not there', async () => {
    const wrong = await shop.call<{ errors: { pointer: string }[] }>('POST', '/messages/preview', {
      ...{ message: { title: '{{ oops' }, to: { tags: '&&' }, user: 'kim', locale: '!' },
    });

    expect(wrong.status).toBe(400);
    expect(wrong.body.errors.map(({ pointer }) => pointer).sort()).toEqual(['', '/locale', '/message/title', '/to/tags']);
    expect(await preview({ message: { title: 'x' }, user: 'nobody' })).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
    expect(await preview({ message: { title: 'x' }, installation: 'none' })).toMatchObject({ status: 404 });
    expect(await shop.call('POST', '/templates/none/preview', {})).toMatchObject({ status: 404, body: { code: 'template_not_found' } });
    expect((await shop.call('POST', '/templates/code/preview', { message: { title: 'x' } })).status).toBe(400);
  });
}
