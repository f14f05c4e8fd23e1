// `npm run interop`: software of others against the platform and its simulators: what it sends, and what it makes of each answer.
import { freePort } from '#libs/testing/engines';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchProcess } from '../bench/support/bench-process.ts';
import { runSteps, stepsOf, type StepOutcome } from './interop/support/run-steps.ts';

const help = `
npm run interop -- [NAMES]: runs what scripts/interop has of these names, such as "apns fcm", or all of it. Clients are fetched
with npm, pip (python3 with venv), mvn (with Java 17 or later) and go; a step whose tool or registry is missing is skipped and says so.
Steps of cloudevents that read and write records need a Kafka in KAFKA_BROKERS: "npm run engines" starts one and prints the export.
The platform is started by the run itself, on free ports, with a data folder of its own; nothing of it is left behind.
  npm run interop -- cloudevents    npm, PyPI, Maven, KAFKA_BROKERS; about a minute
  npm run interop -- openapi        npm, PyPI, Maven, Go; one to two minutes
  npm run interop -- apns fcm       npm, PyPI, Maven, Go
  npm run interop -- webpush        npm, PyPI`;
const adminKey = 'admin-key-of-interop';
const only = process.argv.slice(2);
if (only.includes('--help')) {
  process.stdout.write(`${help.trim()}\n`);
  process.exit(0);
}

try {
  const outcomes = await interop();
  const count = (kind: StepOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
  process.stdout.write(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
  process.exitCode = count('failed') === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`interop: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function interop(): Promise<readonly StepOutcome[]> {
  const steps = await stepsOf(only);
  const folder = mkdtempSync(join(tmpdir(), 'carillon-interop-data-'));
  const [port, control] = [await freePort(), await freePort()];
  const env = {
    ...{ PORT: String(port), SIMULATOR_CONTROL_PORT: String(control), CARILLON_DATA: folder },
    ...{ CARILLON_DEMO: 'false', CARILLON_ADMIN_KEY: adminKey },
  };
  const platform = await BenchProcess.start('start', env);
  try {
    const addresses = { url: `http://127.0.0.1:${port}`, adminKey, control: `http://127.0.0.1:${control}` };
    return await runSteps(steps, addresses, ({ name, kind, why, seconds }) => {
      process.stdout.write(`${kind.padEnd(7)} ${name} (${seconds.toFixed(1)} s)${why === undefined ? '' : `: ${why}`}\n`);
    });
  } finally {
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
