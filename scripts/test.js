// Runs what `npm test` promises, in order, and ends with one line that machines read: "N passed, N failed".
// `--long` runs the long suites (minutes of outage, many rounds) instead, `--long --short` in a form of minutes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const isLong = process.argv.includes('--long');
const startedAt = performance.now();
let passed = 0;
let failed = 0;

/** Those of a row one after the other, rows side by side: linting alone takes as long as all others. */
const rowsOfChecks = [
  [['lint', 'eslint', ['.']]],
  [
    ['format', 'prettier', ['--check', '.', '--log-level', 'warn']],
    ['import boundaries', 'depcruise', ['apps', 'libs', '--output-type', 'err']],
    ['unused code', 'knip', []],
    ['documents', 'node', ['dist/scripts/docs.js', '--check']],
  ],
];

const engines = startEngines(); // Kafka takes some seconds, in which other things can be checked
if (!isLong) await Promise.all(rowsOfChecks.map(checkRow));
const { addresses, stop } = await engines;
await countTests({
  ...process.env,
  TZ: isLong ? 'Pacific/Kiritimati' : 'America/Los_Angeles', // the ends of the earth: what goes by the zone of the process is wrong in one
  ...addresses,
  ...(process.argv.includes('--short') && { LONG_FORM: 'short' }),
});
await stop();

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function checkRow(row) {
  for (const [what, command, args] of row) count(what, (await run(what, command, args)) === 0);
}

/** The servers that suites over Kafka, MongoDB and Redis speak to: those that the environment names, else ours on free ports. */
async function startEngines() {
  const { enginesIn, startEngines: start } = await import('../dist/libs/testing/src/engines/index.js');
  const nothing = { addresses: {}, stop: () => undefined };
  if (enginesIn(process.env)) return nothing;
  try {
    const { addresses, stop } = await start();
    return { addresses, stop };
  } catch (error) {
    console.log(`\n— servers\n  ${error.message}`);
    return nothing;
  }
}

/** Jest tells in a file how many tests passed; a suite that could not run at all counts as a failure. */
async function countTests(env) {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-test-'));
  const report = join(folder, 'report.json');
  const config = isLong ? ['--config', 'jest.long.config.js', '--runInBand'] : [];
  const testArguments = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...config,
    '--json',
    `--outputFile=${report}`,
  ];
  const status = await run('tests', 'node', testArguments, env);
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests + numRuntimeErrorTestSuites;
    if (status !== 0 && failed === 0) failed += 1;
  } catch {
    failed += 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function run(what, command, args, env = process.env) {
  const since = performance.now();
  console.log(`\n— ${what}`);
  // Jest's JSON also goes to standard output; its readable report comes on standard error.
  const child = spawn(command, args, { stdio: ['ignore', args.includes('--json') ? 'ignore' : 'inherit', 'inherit'], env });
  const [status] = await once(child, 'exit');
  console.log(
    `  ${what}: ${((performance.now() - since) / 1000).toFixed(1)} s (${((performance.now() - startedAt) / 1000).toFixed(0)} s so far)`,
  );
  return status;
}

function count(what, isGood) {
  if (isGood) passed += 1;
  else failed += 1;
  if (!isGood) console.log(`  failed: ${what}`);
}
