import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ADMIN_KEY, Platform } from './support/platform.ts';

const minutes = 60_000;
const guide = readFileSync('docs/first-app.md', 'utf8');
const documented = 'http://127.0.0.1:8080';

/** What the page has a reader type, in its order. */
const commands = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);

describe('the guide to a first app', () => {
  const clone = mkdtempSync(join(tmpdir(), 'carillon-guide-'));
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    mkdirSync(join(clone, 'data'));
    writeFileSync(join(clone, 'data/admin.key'), `${ADMIN_KEY}\n`);
  });

  afterAll(async () => {
    await platform.end();
    rmSync(clone, { recursive: true });
  });

  it(
    'leads from nothing to a message that the provider takes, command by command',
    async () => {
      const script = commands.join('\n').replace(documented, platform.url);
      expect(commands.length).toBeGreaterThan(8);

      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { cwd: clone, timeout: 2 * minutes });

      const answers = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
      expect(answers.at(-3)).toMatchObject({ created: false, id: 'adas-iphone' });
      expect(answers.at(-2)).toMatchObject({ state: 'done', counts: { users: 1, targeted: 1, accepted: 1, remaining: 0 } });
      expect(answers.at(-1)).toMatchObject({ outcome: 'accepted', installations: [{ id: 'adas-iphone', outcome: 'accepted' }] });
      expect((await platform.simulator<readonly unknown[]>('GET', '/ledger')).body).toHaveLength(1);
    },
    5 * minutes,
  );
});
