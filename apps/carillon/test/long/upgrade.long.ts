import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NpmProcess } from '../support/npm-process.ts';
import { ADMIN_KEY, freePort, request, until } from '../support/platform.ts';

const minutes = 60_000;
const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** The newest release that this version comes from, or what CARILLON_UPGRADE_FROM names: a tag, a branch, a commit. */
function releaseBefore(): string | undefined {
  const named = process.env['CARILLON_UPGRADE_FROM'];
  if (named !== undefined) return named;
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v[0-9]*', 'HEAD^');
  } catch {
    return undefined;
  }
}

const before = releaseBefore();
if (before === undefined)
  process.stderr.write(
    'The upgrade from N − 1 is left out: no release is tagged (CONTRIBUTING.md). CARILLON_UPGRADE_FROM names a commit instead.\n',
  );

interface SendRecord {
  readonly sendId: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number | null>>;
}

(before === undefined ? describe.skip : describe)(`an upgrade from ${before ?? 'nothing'}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-upgrade-'));
  const clone = join(folder, 'clone');
  let settings: NodeJS.ProcessEnv;
  let url: string;
  let running: NpmProcess | undefined;

  const call = async <T>(method: string, path: string, body?: unknown) => {
    const answer = await request<T>(`${url}/v1/apps/shop${path}`, method, body, { key: ADMIN_KEY });
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  };
  const send = (users: readonly string[]) => call<SendRecord>('POST', '/sends', { to: { users }, message: { title: 'Bells' } });
  const show = (id: string) => call<SendRecord>('GET', `/sends/${id}`);
  const done = (id: string) => until(() => show(id), ({ state }) => state === 'done'); // prettier-ignore

  async function start(of?: string): Promise<void> {
    running = new NpmProcess('start', settings, of);
    await running.start('Ready in', 10 * minutes); // the older one installs and compiles first
  }

  async function stop(): Promise<void> {
    running?.signal('SIGTERM');
    await running?.ended();
  }

  beforeAll(async () => {
    git('worktree', 'add', '--detach', clone, before ?? '');
    const [port, control] = [await freePort(), await freePort()];
    url = `http://127.0.0.1:${port}`;
    settings = {
      ...{ PORT: String(port), SIMULATOR_CONTROL_PORT: String(control), CARILLON_URL: url },
      ...{ CARILLON_DATA: join(folder, 'data'), CARILLON_ADMIN_KEY: ADMIN_KEY, CARILLON_DEMO: 'false' },
    };
  });

  afterAll(async () => {
    await stop();
    git('worktree', 'remove', '--force', clone);
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'finds what the version before has stored, and goes on with it',
    async () => {
      await start(clone);
      await call('PUT', '', { name: 'Shop' });
      await call('PUT', '/credentials/apns', { simulated: true });
      for (const n of [1, 2]) {
        const token = n.toString(16).padStart(64, 'a');
        await call('PUT', `/installations/phone-${n}`, {
          platform: 'ios',
          provider: 'apns',
          token,
          permission: 'granted',
          externalId: `user-${n}`,
        });
      }
      const finished = await done((await send(['user-1'])).sendId);
      await stop();

      await start();

      expect(await show(finished.sendId)).toMatchObject({ state: 'done', counts: finished.counts });
      const again = await send(['user-1', 'user-2']);
      expect((await done(again.sendId)).counts).toMatchObject({ targeted: 2, accepted: 2, remaining: 0 });
    },
    25 * minutes,
  );
});
