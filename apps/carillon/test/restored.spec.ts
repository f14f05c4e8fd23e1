import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Simulators } from './crash/simulators.ts';
import { restoredStory, slowSimulators, smallWindows, type RestorablePlatform } from './stories/restored.ts';
import { Platform } from './support/platform.ts';

async function start(): Promise<RestorablePlatform> {
  const simulators = await Simulators.start(slowSimulators);
  const platform = await Platform.start({ CARILLON_DEMO: 'false', SIMULATOR: `external:${simulators.url}`, ...smallWindows });
  const [data, backup] = [join(platform.folder, 'data'), join(platform.folder, 'backup')];
  const masterKey = readFileSync(join(data, 'master.key'), 'utf8').trim(); // kept apart from what it opens
  return {
    simulators,
    url: platform.url,
    call: (...parts) => platform.call(...parts),
    simulator: (...parts) => platform.simulator(...parts),
    backUp: async () => {
      backUp(data, backup);
    },
    restore: async () => {
      await platform.kill();
      await platform.run({ CARILLON_DATA: backup, CARILLON_MASTER_KEY: masterKey }, ['--restored']);
    },
    end: async () => {
      await platform.end();
      await simulators.end();
    },
  };
}

/** As docs/operations.md says: the database while it is in use, and no key beside it. */
function backUp(data: string, into: string): void {
  mkdirSync(into);
  const database = new DatabaseSync(join(data, 'carillon.db'));
  database.prepare('VACUUM INTO ?').run(join(into, 'carillon.db'));
  database.close();
}

describe('a platform that starts from a backup', () => {
  restoredStory(start);
});
