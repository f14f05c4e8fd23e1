import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN_KEY, Platform } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';
import { inForm } from './form.ts';

const minutes = 60_000;
const version = '4.32.5';
const environment = join(tmpdir(), `carillon-schemathesis-${version}`);
const seeds = inForm([1, 2, 3], [1]);
const examples = inForm('40', '15');

const hasPython = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;
if (!hasPython) process.stderr.write('schemathesis is left out: install python3 with its venv module to run it\n');
const itWithPython = hasPython || process.env['CI'] !== undefined ? it : it.skip;

describe('the OpenAPI document', () => {
  let platform: Platform;
  let folder: string;

  beforeAll(async () => {
    install();
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    folder = join(platform.folder, 'schemathesis');
    mkdirSync(folder);
    for (const file of ['hooks.py', 'schemathesis.toml']) copyFileSync(join(import.meta.dirname, 'schemathesis', file), join(folder, file));
  }, 10 * minutes);

  afterAll(async () => {
    await platform.end();
  });

  itWithPython.each(seeds)(
    'is kept by the platform: schemathesis finds nothing, seed %i',
    async (seed) => {
      const shop = await Shop.open(platform, 'shop');
      await shop.register('phone-1', { externalId: 'kim' });

      const { code, output } = await run(join(environment, 'bin', 'schemathesis'), optionsOf(seed), folder);

      expect(code === 0 ? '' : output).toBe('');
      expect(await platform.call('GET', '/healthz')).toMatchObject({ status: 200 });
    },
    30 * minutes,
  );

  function optionsOf(seed: number): string[] {
    const header = `Authorization: Bearer ${ADMIN_KEY}`;
    const phases = 'examples,coverage,fuzzing,stateful';
    const run = ['--no-color', 'run', `${platform.url}/v1/openapi.json`, '--header', header, '--phases', phases, '--seed', String(seed)];
    // The app that all other calls are about stays; the stream of a send that is held lasts longer than anybody waits.
    const excluded = ['Apps.delete', 'LiveSends.watch'].flatMap((id) => ['--exclude-operation-id', id]);
    return [...run, ...excluded, '--max-examples', examples, '--continue-on-failure', '--warnings', 'off'];
  }
});

async function run(program: string, options: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, options, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  await once(child, 'close');
  return { code: child.exitCode, output };
}

/** Into a virtual environment of its own in the folder for temporary files, once. */
function install(): void {
  if (!hasPython || existsSync(join(environment, 'bin', 'schemathesis'))) return;
  const steps = [
    ['python3', '-m', 'venv', environment],
    [join(environment, 'bin', 'pip'), 'install', '--quiet', `schemathesis==${version}`],
  ];
  for (const [program = '', ...options] of steps) {
    if (spawnSync(program, options, { stdio: 'inherit' }).status === 0) continue;
    rmSync(environment, { recursive: true, force: true }); // the next run begins anew
    throw new Error(`schemathesis could not be installed from PyPI: ${program} failed`);
  }
}
