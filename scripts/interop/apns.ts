import { deepEqual, ok } from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecResult, InteropContext, InteropStep } from './step.ts';
import { accountsOf, caFile, listenersOf, newToken, putFault, strangersKeys } from './support/simulated-account.ts';

/** What a program prints for each case, one JSON object a line; what a library does not tell is left out. */
interface Told {
  readonly name: string;
  readonly status: number;
  readonly reason?: string | null;
  readonly timestamp?: number | null;
  /** The `apns-id` of the answer, and the one that was sent. */
  readonly id?: string | null;
  readonly sentId?: string | null;
}

const topic = 'app.interop';
const expected = [
  { name: 'good message', status: 200, reason: '' },
  { name: 'dead token', status: 410, reason: 'Unregistered' },
  { name: 'wrong topic', status: 400, reason: 'DeviceTokenNotForTopic' },
  { name: 'too large', status: 413, reason: 'PayloadTooLarge' },
  { name: 'bad credential', status: 403, reason: 'InvalidProviderToken' },
];

/** Pushes the five cases with a program that `run` starts, and compares what its library made of the answers with Apple's documentation. */
function step(
  name: string,
  needs: InteropStep['needs'],
  run: (context: InteropContext, env: Record<string, string>) => Promise<ExecResult>,
): InteropStep {
  return {
    name: `${name}: ${expected.map((one) => one.name).join(', ')}`,
    needs,
    run: async (context) => {
      const [{ apns: account }, { apns }] = await Promise.all([accountsOf(context), listenersOf(context)]);
      const cases = await casesOf(context);
      const asked = {
        ...{ host: apns.host, port: apns.port, ca: apns.ca, caFile: caFile(context, apns.ca), cases },
        ...{ key: account.privateKey, keyId: account.keyId, teamId: account.teamId, badKey: strangersKeys.ec() },
      };
      const { stdout } = await run(context, { INTEROP: JSON.stringify(asked) });
      compare(stdout.trim().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Told)); // prettier-ignore
    },
  };
}

async function casesOf(context: InteropContext): Promise<readonly object[]> {
  const [good, dead] = [newToken.apns(), newToken.apns()];
  await putFault(context, { provider: 'apns', token: dead, behaviour: 'invalid' });
  const tokens = [good, dead, good, newToken.apns(), newToken.apns()];
  return expected.map(({ name }, index) => ({
    ...{ name, token: tokens[index], text: name === 'too large' ? 'x'.repeat(4_100) : 'The bells are ringing' },
    ...{ topic: name === 'wrong topic' ? `${topic}.other` : topic, isBadCredential: name === 'bad credential' },
  }));
}

function compare(told: readonly Told[]): void {
  deepEqual(told.map(({ name, status, reason }) => ({ name, status, reason: reason ?? '' })), expected); // prettier-ignore
  const { timestamp } = told.find(({ status }) => status === 410) ?? {};
  if (timestamp !== undefined && timestamp !== null) ok(timestamp > 1.7e12, `410 tells milliseconds, not ${timestamp}`);
  for (const { name, id, sentId } of told) {
    if (id !== undefined) ok(id, `${name}: the answer has no apns-id`);
    if (sentId !== undefined)
      deepEqual(id?.toLowerCase(), sentId?.toLowerCase(), `${name}: the answer has another apns-id than the request`);
  }
}

export const steps: readonly InteropStep[] = [
  step('node-apn', ['npm'], async (context, env) => {
    await context.npm('@parse/node-apn@8.1.0');
    return context.exec(process.execPath, [copied(context, 'node-apn.js')], { env });
  }),
  step('pushy', ['mvn'], async (context, env) => {
    const classPath = await context.mvn('com.eatthepath:pushy:0.15.4', 'com.google.code.gson:gson:2.11.0');
    return context.exec('java', ['-cp', classPath, context.program('Pushy.java')], { env });
  }),
  step('aioapns', ['pip'], async (context, env) => {
    const python = await context.pip('aioapns==4.0');
    return context.exec(python, [context.program('aioapns_client.py')], { env });
  }),
  step('sideshow/apns2', ['go'], async (context, env) => {
    copied(context, 'apns2.go');
    await context.go('github.com/sideshow/apns2@v0.25.0');
    return context.exec('go', ['run', '.'], { env: { ...env, GOFLAGS: '-mod=mod' } });
  }),
];

function copied({ program, folder }: InteropContext, name: string): string {
  const file = join(folder, name);
  copyFileSync(program(name), file);
  return file;
}
