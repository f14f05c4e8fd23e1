import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Simulators } from './crash/simulators.ts';
import { registerCrowd } from './support/crowd.ts';
import { Platform, until } from './support/platform.ts';
import { Shop, addUp, type SendRecord } from './support/shop.ts';

const minutes = 60_000;
const installations = 1_000;

/** As docs/operations.md says: the database while it is in use, and the keys beside it. */
function backUp(data: string, into: string): void {
  mkdirSync(into);
  const database = new DatabaseSync(join(data, 'carillon.db'));
  database.prepare('VACUUM INTO ?').run(join(into, 'carillon.db'));
  database.close();
  copyFileSync(join(data, 'master.key'), join(into, 'master.key'));
}

describe('a platform that starts from a backup', () => {
  let simulators: Simulators;
  let platform: Platform;

  beforeAll(async () => {
    simulators = await Simulators.start({ SIMULATOR_LATENCY_MS: '300', SIMULATOR_FCM_DEVICE_PER_MINUTE: '0' });
    platform = await Platform.start({ CARILLON_DEMO: 'false', SIMULATOR: `external:${simulators.url}`, DISPATCH_WINDOW: '50' });
  }, 3 * minutes);

  afterAll(async () => {
    await platform.end();
    await simulators.end();
  }, minutes);

  it(
    'holds a send that the backup found in the middle, sends what is new, and goes on when a person says so',
    async () => {
      const shop = await Shop.open(platform, 'shop');
      await registerCrowd(shop, 'phone', installations);
      const { body: asked } = await shop.send({ to: { everyone: true }, message: { title: 'Bells' } }, 0);
      await until(() => simulators.accepted(), (accepted) => accepted >= 100, minutes); // prettier-ignore
      const backup = join(platform.folder, 'backup');
      backUp(join(platform.folder, 'data'), backup);
      await platform.kill();
      await simulators.emptyRecord();

      await platform.run({ CARILLON_DATA: backup }, ['--restored']);
      const held = await shop.call<SendRecord & { stateReason: string }>('GET', `/sends/${asked.sendId}`);
      expect(held.body).toMatchObject({ state: 'paused', stateReason: 'restored' });
      expect(held.body.counts.remaining).toBeGreaterThan(0);
      expect((await shop.send({ to: { installations: ['phone-1'] }, message: { title: 'New' } })).body).toMatchObject({ state: 'done' });
      expect((await simulators.record()).filter(({ send }) => send === asked.sendId)).toEqual([]);

      await shop.call('POST', `/sends/${asked.sendId}/resume`);
      const { state, counts } = await shop.finished(asked.sendId, 2 * minutes);
      expect(state).toBe('done');
      expect(counts).toMatchObject({ targeted: installations, accepted: installations, remaining: 0 });
      expect(addUp(counts)).toBe(true);
    },
    6 * minutes,
  );
});
