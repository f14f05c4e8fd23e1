// Makes a clone ready to run: installs what package-lock.json names and compiles what changed. Any Node from 18 on can run it;
// after `npm ci` the pinned Node of the lock file stands first on npm's PATH and runs everything else.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import process from 'node:process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const oldestNode = 24; // node:sqlite without a flag

const lock = hash(readFileSync('package-lock.json'));
if (outdated('node_modules/.setup', lock)) {
  step('installing dependencies (package-lock.json changed)', () => {
    run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']);
  });
  writeFileSync('node_modules/.setup', lock);
}

// The lock file brings Node for common platforms; elsewhere the machine's own runs everything.
const major = Number(/^v(\d+)/.exec(spawnSync('node', ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
if (major < oldestNode) {
  console.error(
    `setup: Node ${major} is too old: no Node comes with the packages for this platform, so install Node ${oldestNode} or later`,
  );
  process.exit(1);
}

const sources = hash(
  ['package.json', 'tsconfig.json', ...['apps', 'libs', 'bench', 'scripts', 'deploy/test', 'examples'].flatMap(filesUnder)]
    .map(mark)
    .join('\n') + lock,
);
if (outdated('dist/.setup', sources)) {
  mkdirSync('dist', { recursive: true });
  rmSync('dist/.setup', { force: true });
  step('compiling', () => run('tsc', []));
  step('building the client libraries', () => {
    const worlds = [
      'libs/web',
      'libs/web/src/worker',
      'libs/web/test',
      'libs/client',
      'libs/client/test',
      'libs/react-native',
      'libs/react-native/test',
    ];
    run('tsc', ['--build', ...worlds]);
    for (const name of ['web', 'client', 'react-native']) run('node', [`libs/${name}/build.js`]);
  });
  writeFileSync('dist/.setup', sources);
}

function step(what, work) {
  console.log(`setup: ${what}`);
  const startedAt = performance.now();
  work();
  console.log(`setup: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    !entry.isDirectory() ? [join(folder, entry.name)] : entry.name === 'dist' ? [] : filesUnder(join(folder, entry.name)),
  );
}

function mark(file) {
  const { mtimeMs, size } = statSync(file);
  return `${file} ${size} ${mtimeMs}`;
}

function outdated(file, wanted) {
  return !existsSync(file) || readFileSync(file, 'utf8') !== wanted;
}

function hash(content) {
  return createHash('sha256').update(content).digest('hex');
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) return;
  if (error) console.error(`setup: ${command} could not be started: ${error.message}`);
  else if (command === 'npm')
    console.error('setup: npm ci failed; without a network, set the npm setting "registry" to one that can be reached');
  process.exit(status || 1);
}
