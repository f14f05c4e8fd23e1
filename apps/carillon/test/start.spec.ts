import { once } from 'node:events';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerCrowd } from './support/crowd.ts';
import { failedStart, type FailedStart } from './support/failed-start.ts';
import { Platform } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const minutes = 60_000;

/** One line that names what to change, exit 1, no stack and no error in the log beside it. */
function expectOneLine({ code, words, log }: FailedStart, ...named: readonly string[]): void {
  expect(words).toHaveLength(1);
  for (const name of named) expect(words[0]).toContain(name);
  expect(code).toBe(1);
  expect(log).not.toContain('"level":50');
}

describe('a start that cannot succeed', () => {
  let folder: string;
  let blocker: Server;
  let takenPort: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'carillon-start-'));
    blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    takenPort = String((blocker.address() as AddressInfo).port);
  });

  afterAll(() => {
    blocker.close();
    rmSync(folder, { recursive: true });
  });

  it(
    'says that the data folder is a file',
    async () => {
      const file = join(folder, 'file');
      writeFileSync(file, 'mine');

      expectOneLine(await failedStart({ CARILLON_DATA: file }), file, 'CARILLON_DATA');
    },
    5 * minutes,
  );

  (process.platform === 'linux' ? it : it.skip)(
    'says that the data folder cannot be written',
    async () => {
      expectOneLine(await failedStart({ CARILLON_DATA: '/proc/carillon' }), '/proc/carillon', 'CARILLON_DATA');
    },
    5 * minutes,
  );

  it(
    'says that no simulators answer, before it registers the demo with them',
    async () => {
      const nowhere = await failedStart({
        SIMULATOR: `external:http://127.0.0.1:${takenPort}`,
        CARILLON_DEMO: 'true',
        CARILLON_DATA: join(folder, 'alone'),
      });

      expectOneLine(nowhere, 'SIMULATOR', takenPort);
      expect(nowhere.log).not.toContain('registering');
    },
    5 * minutes,
  );

  it(
    'says that the database is damaged',
    async () => {
      const data = join(folder, 'damaged');
      mkdirSync(data);
      writeFileSync(join(data, 'carillon.db'), 'this is no database, however long one looks at it. '.repeat(200));

      expectOneLine(await failedStart({ CARILLON_DATA: data }), join(data, 'carillon.db'), 'damaged');
    },
    5 * minutes,
  );

  it(
    'says that the master key is none, and does not make another',
    async () => {
      const data = join(folder, 'keyless');
      mkdirSync(data);
      closeSync(openSync(join(data, 'master.key'), 'w'));

      expectOneLine(await failedStart({ CARILLON_DATA: data }), 'master.key', 'CARILLON_MASTER_KEY');
    },
    5 * minutes,
  );

  it.each(['PORT', 'OPS_PORT', 'SIMULATOR_CONTROL_PORT'])(
    'says that the port of %s is taken',
    async (setting) => {
      const start = await failedStart({ CARILLON_DATA: join(folder, `port-${setting}`), [setting]: takenPort });

      expectOneLine(start, takenPort, setting);
    },
    5 * minutes,
  );

  it(
    'says all that is wrong with the settings at once, without their values',
    async () => {
      const { code, words } = await failedStart({
        CARILLON_DATA: join(folder, 'settings'),
        PORT: 'eighty-eighty',
        CARILLON_ADMIN_KEY: 'hush',
        DISPATCH_WINDOW: '0',
      });

      expect(code).toBe(1);
      expect(words[0]).toBe('These settings cannot be used:');
      expect(words.slice(1).map((line) => /^ {2}(\S+ \(\S+\)): \S/.exec(line)?.[1])).toEqual([
        'PORT (platform)',
        'CARILLON_ADMIN_KEY (platform)',
        'DISPATCH_WINDOW (dispatcher)',
      ]);
      expect(words.join()).not.toMatch(/eighty|hush/);
    },
    5 * minutes,
  );
});

describe('a platform that runs', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
  });

  afterAll(async () => {
    await platform.end();
  });

  it(
    'keeps a second one off its data folder, and goes on',
    async () => {
      const data = join(platform.folder, 'data');

      expectOneLine(await failedStart({ CARILLON_DATA: data }), data, 'CARILLON_DATA');
      expect(await platform.call('PUT', '/v1/apps/shop', { name: 'Shop' })).toMatchObject({ status: 201 });
    },
    5 * minutes,
  );

  it(
    'sends to the same phones with other accounts of simulated providers when the folder of the simulators is lost',
    async () => {
      const folder = join(platform.folder, 'data', 'simulator');
      const accounts = () => readFileSync(join(folder, 'accounts.json'), 'utf8');
      const shop = await Shop.open(platform, 'simulated');
      await registerCrowd(shop, 'phone', 2); // one with each provider
      const ring = async () => (await shop.send({ to: { everyone: true }, message: { title: 'Bells' } })).body;
      expect(await ring()).toMatchObject({ state: 'done', counts: { targeted: 2, accepted: 2 } });
      const before = accounts();

      await platform.stop();
      rmSync(folder, { recursive: true });
      await platform.run();

      expect(await ring()).toMatchObject({ state: 'done', counts: { targeted: 2, accepted: 2 } });
      expect(accounts()).not.toBe(before);
    },
    5 * minutes,
  );

  it(
    'starts again after a kill, and finds a database whose tail was cut off to be damaged',
    async () => {
      const data = join(platform.folder, 'data');
      await platform.kill();
      await platform.run();
      expect(await platform.call('GET', '/v1/apps/shop')).toMatchObject({ status: 200 });
      expect(await platform.stop()).toBe(0);
      const file = openSync(join(data, 'carillon.db'), 'r+');
      ftruncateSync(file, 10_000);
      closeSync(file);

      expectOneLine(await failedStart({ CARILLON_DATA: data }), join(data, 'carillon.db'), 'damaged');
    },
    5 * minutes,
  );
});
