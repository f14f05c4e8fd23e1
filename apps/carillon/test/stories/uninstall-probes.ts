import { until, type RunningPlatform } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';

const minutes = 60_000;
const dayMs = 24 * 3_600_000;

interface Device {
  readonly installation: string;
  readonly token: string;
}

interface Probe {
  readonly id: string;
  readonly state: string;
  readonly stateReason: string | null;
  readonly probed: number;
  readonly reached: number;
  readonly deadTokens: number;
}

interface Found {
  readonly uninstalledAt: string | null;
  readonly tokenLostReason: string | null;
}

/** Devices that nobody has heard from: an import says when each was last seen. */
export function uninstallProbeStories(platform: () => RunningPlatform): void {
  async function asleep(shop: Shop, behaviours: readonly string[]): Promise<void> {
    const lastSeenAt = new Date(Date.now() - 2 * dayMs).toISOString();
    const lines: string[] = [];
    const phones = await Shop.open(platform(), `${shop.app}-phones`);
    for (const [n, behaviour] of behaviours.entries()) {
      const asked = { app: phones.app, platform: 'ios', provider: 'apns', behaviour };
      const { body } = await platform().simulator<Device>('POST', '/devices', asked);
      lines.push(JSON.stringify({ installationId: `phone-${n}`, platform: 'ios', token: body.token, lastSeenAt }));
    }
    const { id } = (await shop.call<{ id: string }>('POST', '/imports', { mode: 'upsert' })).body;
    const headers = { 'content-type': 'application/x-ndjson' };
    await platform().call('PUT', `/v1/apps/${shop.app}/imports/${id}/parts/1`, lines.join('\n'), { raw: true, headers });
    await shop.call('POST', `/imports/${id}/start`);
    const read = async () => (await shop.call<{ state: string; rejected: number }>('GET', `/imports/${id}`)).body;
    const imported = await until(read, ({ state }) => state !== 'running', minutes);
    expect(imported).toMatchObject({ state: 'done', rejected: 0 });
  }

  const probe = async (shop: Shop) => (await shop.call<Probe>('POST', '/uninstall-probes')).body.id;
  const over = async (shop: Shop, id: string) =>
    until(
      async () => (await shop.call<{ items: Probe[] }>('GET', '/uninstall-probes')).body.items.find((run) => run.id === id)!,
      ({ state }) => state === 'done' || state === 'stopped',
      3 * minutes,
    );

  it(
    'finds the apps that are gone without a sound, and says since when',
    async () => {
      const shop = await Shop.open(platform(), 'probed');
      await asleep(shop, ['ok', 'invalid', 'ok']);
      await shop.register('awake');

      const run = await over(shop, await probe(shop));

      expect(run).toMatchObject({ state: 'done', probed: 3, reached: 2, deadTokens: 1 });
      const find = async (id: string) => (await shop.call<Found>('GET', `/installations/${id}`)).body;
      const gone = await until(
        () => find('phone-1'),
        ({ uninstalledAt }) => uninstalledAt !== null,
        minutes,
      );
      expect(gone).toMatchObject({ tokenLostReason: 'Unregistered' });
      for (const id of ['phone-0', 'phone-2', 'awake']) expect((await find(id)).uninstalledAt).toBeNull();
    },
    5 * minutes,
  );

  it(
    'stops by itself when the provider limits us',
    async () => {
      const shop = await Shop.open(platform(), 'limited');
      await asleep(shop, Array<string>(8).fill('throttled:1'));

      const run = await over(shop, await probe(shop));

      expect(run).toMatchObject({ state: 'stopped', stateReason: 'provider_throttled', reached: 0, deadTokens: 0 });
    },
    5 * minutes,
  );
}
