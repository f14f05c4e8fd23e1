// `npm run android`: compiles the Android library, plays its tests and packs it (android/README.md).
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exec, ProgramFailed } from './interop/support/exec.ts';
import { missingTools } from './interop/support/run-steps.ts';

const help = `
npm run android -- [OPTIONS OF MAVEN]: mvn verify in android/, such as "-Dtest=VectorsTest" for one suite. Needs mvn with Java 17 or later,
and once a way to Maven Central and to Google's repository, which has androidx.test. Where one of them is missing it is left out and says so.`;
const folder = 'android';
const reports = join(folder, 'target/surefire-reports');
/** The first run fetches Android itself. */
const deadlineMs = 20 * 60_000;
/** Maven reached a repository, which has it not. */
const notFound = /Could not find artifact (\S+)/;

const options = process.argv.slice(2);
if (options.includes('--help')) process.stdout.write(`${help.trim()}\n`);
else process.exitCode = await android();

/** Answers the status to end with. */
async function android(): Promise<number> {
  const missing = missingTools(['mvn']);
  if (missing.length > 0) return told('skipped', 'no mvn with Java on this machine');
  rmSync(reports, { recursive: true, force: true });
  try {
    await exec('mvn', ['--quiet', '--batch-mode', ...options, 'verify'], { cwd: folder, deadlineMs });
    return told('passed', testsOf(readdirSync(reports)));
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    const artifact = notFound.exec(error.output)?.[1];
    if (artifact !== undefined) return told('skipped', `Maven finds no ${artifact}`);
    if (error.isUnreachable) return told('skipped', 'Maven reaches no repository');
    return told('failed', error.message);
  }
}

function told(kind: 'passed' | 'failed' | 'skipped', why: string): number {
  process.stdout.write(`${kind.padEnd(7)} android: ${why}\n`);
  return kind === 'failed' ? 1 : 0;
}

/** `64 tests, 1 left out`, from what Surefire wrote of each suite. */
function testsOf(files: readonly string[]): string {
  const suites = files.filter((file) => file.endsWith('.xml')).map((file) => readFileSync(join(reports, file), 'utf8'));
  const sum = (name: string) => suites.reduce((total, suite) => total + Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0), 0);
  const leftOut = sum('skipped');
  return `${sum('tests') - leftOut} tests${leftOut === 0 ? '' : `, ${leftOut} left out`}`;
}
