import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import typescript from 'typescript';
import { Platform } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const minutes = 60_000;
const source = 'apps/carillon/test/support/client/program.mts';

describe('@carillon/client, installed from its tarball outside the workspace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-client-'));
  let platform: Platform;
  let shop: Shop;

  const run = async (command: string, ...given: string[]) =>
    (await promisify(execFile)(command, given, { cwd: folder, timeout: 2 * minutes, encoding: 'utf8' })).stdout.trim();

  beforeAll(async () => {
    const npm = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    writeFileSync(join(folder, 'package.json'), '{ "name": "a-backend", "private": true }');
    const [{ filename }] = JSON.parse(await run('npm', 'pack', resolve('libs/client'), '--json', ...npm)) as [{ filename: string }];
    await run('npm', 'install', join(folder, filename), ...npm);
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
  }, 5 * minutes);

  afterAll(async () => {
    await platform.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'has types that hold under strict, for a module and for require',
    async () => {
      const options = { strict: true, target: 'es2022', module: 'nodenext', lib: ['es2022'], types: ['node'], noEmit: true };
      const compilerOptions = { ...options, exactOptionalPropertyTypes: true, typeRoots: [resolve('node_modules/@types')] };
      copyFileSync(source, join(folder, 'program.mts'));
      writeFileSync(
        join(folder, 'program.cts'),
        `import carillon = require('@carillon/client');\nconst client = new carillon.CarillonClient({ url: '', app: '', key: '' });\n` +
          `client.sends.get('1').then(({ counts }) => counts.accepted.toFixed());\n// @ts-expect-error a send has a target\nvoid client.sends.create({ message: { title: 'Hi' } });\n`,
      );
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.mts', 'program.cts'] }));

      expect(await run(process.execPath, resolve('node_modules/typescript/bin/tsc'), '-p', folder)).toBe('');
    },
    5 * minutes,
  );

  it.each(['mjs', 'cjs'])(
    'does what it says, from a program in .%s',
    async (ending) => {
      const { ES2022: target } = typescript.ScriptTarget;
      const module = ending === 'mjs' ? typescript.ModuleKind.ESNext : typescript.ModuleKind.CommonJS;
      const { outputText } = typescript.transpileModule(readFileSync(source, 'utf8'), { compilerOptions: { target, module } });
      // A script waits in a function: it has no await of its own.
      const [, imports = '', rest = ''] = /^([^]*?@carillon\/client["'][^\n]*\n)([^]*)$/.exec(outputText) ?? [];
      const program = ending === 'mjs' ? outputText : `${imports}(async () => {\n${rest}\n})();`;
      writeFileSync(join(folder, `program.${ending}`), program);
      for (const id of ['kims-phone', 'imported-1']) await shop.call('DELETE', `/installations/${id}`);

      const said = JSON.parse(await run(process.execPath, `program.${ending}`, platform.url, shop.key, ending)) as Record<string, unknown>;

      expect(said).toMatchObject({
        ...{ created: true, tags: ['vip'], finished: 1, isSame: true, followed: ['done', 1], imported: ['done', 1] },
        ...{ verdicts: ['accepted', 'duplicate'], problem: true, refused: true, isForged: true },
      });
    },
    5 * minutes,
  );
});
