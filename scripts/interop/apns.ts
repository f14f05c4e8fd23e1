import { anAppleCertificate } from '#libs/testing/certificates';
import { deepEqual, ok } from 'node:assert/strict';
import { sign } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecResult, InteropContext, InteropStep } from './step.ts';
import {
  accountsOf,
  caFile,
  controlCall,
  listenersOf,
  newToken,
  putFault,
  strangersKeys,
  type SimulatedKey,
} from './support/simulated-account.ts';

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
  { name: 'expired credential', status: 403, reason: 'ExpiredProviderToken' },
  { name: 'credential not yet valid', status: 403, reason: 'InvalidProviderToken' },
] as const;
type Reasons = Readonly<Partial<Record<(typeof expected)[number]['name'], string>>>;

const hourMs = 3_600_000;
/** How far a client's clock is off where its credential is over, or has not begun. */
const clocks: Readonly<Record<string, number>> = { 'expired credential': -2 * hourMs, 'credential not yet valid': 2 * hourMs };

/**
 * Pushes the cases with a program that `run` starts, and compares what its library made of the answers with Apple's documentation. `others`: reasons where a program
 * shows another kind of credential.
 */
function step(
  name: string,
  needs: InteropStep['needs'],
  run: (context: InteropContext, env: Record<string, string>) => Promise<ExecResult>,
  others: Reasons = {},
): InteropStep {
  return {
    name: `${name}: ${expected.map((one) => one.name).join(', ')}`,
    needs,
    run: async (context) => {
      const [{ apns: account }, { apns }] = await Promise.all([accountsOf(context), listenersOf(context)]);
      const cases = await casesOf(context, account);
      const asked = {
        ...{ host: apns.host, port: apns.port, ca: apns.ca, caFile: caFile(context, apns.ca), cases },
        ...{ key: account.privateKey, keyId: account.keyId, teamId: account.teamId, badKey: strangersKeys.ec() },
      };
      const { stdout } = await run(context, { INTEROP: JSON.stringify(asked) });
      compare(stdout.trim().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Told), others); // prettier-ignore
    },
  };
}

async function casesOf(context: InteropContext, account: SimulatedKey): Promise<readonly object[]> {
  const [good, dead] = [newToken.apns(), newToken.apns()];
  await putFault(context, { provider: 'apns', token: dead, behaviour: 'invalid' });
  return Promise.all(
    expected.map(async ({ name }) => ({
      ...{ name, token: name === 'dead token' ? dead : name === 'wrong topic' ? good : newToken.apns() },
      ...(name === 'good message' && { token: good }),
      text: name === 'too large' ? 'x'.repeat(4_100) : 'The bells are ringing',
      ...{ topic: name === 'wrong topic' ? `${topic}.other` : topic, isBadCredential: name === 'bad credential' },
      ...(clocks[name] !== undefined && (await credentialOf(context, account, clocks[name]))),
    })),
  );
}

/** A credential made by a clock that is so far off, in each form that a client may want: the clock itself, a token, a certificate that Apple knows. */
async function credentialOf(context: InteropContext, { teamId, keyId, privateKey }: SimulatedKey, clockMs: number): Promise<object> {
  const iat = Math.floor((Date.now() + clockMs) / 1_000);
  const text = [{ alg: 'ES256', kid: keyId }, { iss: teamId, iat }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.'); // prettier-ignore
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const day = (offset: number) => new Date(Date.now() + Math.sign(clockMs) * offset * 24 * hourMs).toISOString();
  const [near, far] = [day(1), day(30)];
  const period = clockMs < 0 ? { notBefore: far, notAfter: near } : { notBefore: near, notAfter: far };
  const pair = await anAppleCertificate({ topics: [topic], ...period });
  await controlCall(context, 'PUT', '/accounts', { apns: [{ certificate: pair.certificate }] });
  return { clockMs, bearer: `${text}.${signature}`, certificate: pair.certificate, certificateKey: pair.privateKey };
}

function compare(told: readonly Told[], others: Reasons): void {
  const documented = expected.map((one) => ({ ...one, reason: others[one.name] ?? one.reason }));
  deepEqual(told.map(({ name, status, reason }) => ({ name, status, reason: reason ?? '' })), documented); // prettier-ignore
  const { timestamp } = told.find(({ status }) => status === 410) ?? {};
  if (timestamp !== undefined && timestamp !== null) ok(timestamp > 1.7e12, `410 tells milliseconds, not ${timestamp}`);
  for (const { name, id, sentId } of told) {
    if (id !== undefined) ok(id, `${name}: the answer has no apns-id`);
    if (sentId !== undefined)
      deepEqual(id?.toLowerCase(), sentId?.toLowerCase(), `${name}: the answer has another apns-id than the request`);
  }
}

export const steps: readonly InteropStep[] = [
  // It asks three times more with new tokens of the same clock, and then tells the status alone.
  step(
    'node-apn',
    ['npm'],
    async (context, env) => {
      await context.npm('@parse/node-apn@8.1.0');
      return context.exec(process.execPath, [copied(context, 'node-apn.js')], { env });
    },
    { 'expired credential': '' },
  ),
  // It makes its tokens with the clock of the machine, which nobody can set: what is over, or has not begun, is a certificate here.
  step(
    'pushy',
    ['mvn'],
    async (context, env) => {
      const classPath = await context.mvn('com.eatthepath:pushy:0.15.4', 'com.google.code.gson:gson:2.11.0');
      return context.exec('java', ['-cp', classPath, context.program('Pushy.java')], { env });
    },
    { 'expired credential': 'BadCertificate', 'credential not yet valid': 'BadCertificate' },
  ),
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
