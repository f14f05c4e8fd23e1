import { execFileSync } from 'node:child_process';
import { Simulators } from '../crash/simulators.ts';
import { registerCrowd } from '../support/crowd.ts';
import { Platform, until } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const installations = inForm(20_000, 10_000);
const fullMs = inForm(2 * minutes, 20_000);
const onLinux = process.platform === 'linux' ? describe : describe.skip; // the limit is prlimit's

onLinux(`a disk that is full for ${fullMs / 1_000} seconds in the middle of a send`, () => {
  let simulators: Simulators;
  let platform: Platform;
  let shop: Shop;

  beforeAll(async () => {
    simulators = await Simulators.start({ SIMULATOR_LATENCY_MS: '400' });
    platform = await Platform.start({ CARILLON_DEMO: 'false', SIMULATOR: `external:${simulators.url}` });
    shop = await Shop.open(platform, 'shop');
    await registerCrowd(shop, 'phone', installations);
  }, 5 * minutes);

  afterAll(async () => {
    await platform.end();
    await simulators.end();
  });

  function limitFiles(bytes: number | 'unlimited'): void {
    execFileSync('prlimit', ['--pid', String(platform.process.serverPid), `--fsize=${bytes}:unlimited`]);
  }

  it(
    'costs no event a try, and the send is finished by the same process, with every doubt counted',
    async () => {
      const { body } = await shop.send({ to: { everyone: true }, message: { title: 'Bells' } }, 0);
      await until(
        () => simulators.accepted(),
        (count) => count > installations / 8,
      );
      limitFiles(4_096);
      await new Promise((resolve) => setTimeout(resolve, fullMs));
      const { status } = await shop.call('GET', '/installations/phone-1');
      limitFiles('unlimited');

      const send = await shop.finished(body.sendId, 3 * minutes);

      const messages = (await simulators.record()).map(({ messageId }) => messageId);
      expect(status).toBe(200);
      expect(send).toMatchObject({ state: 'done', counts: { targeted: installations, accepted: installations } });
      expect(new Set(messages).size).toBe(installations);
      expect(messages.length - installations).toBeLessThanOrEqual(send.counts.possibleDuplicates);
      expect((await platform.call<{ items: unknown[] }>('GET', '/v1/dead-letters')).body.items).toEqual([]);
    },
    8 * minutes,
  );
});
