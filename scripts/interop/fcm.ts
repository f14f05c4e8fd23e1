import { deepEqual } from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecResult, InteropContext, InteropStep } from './step.ts';
import { accountsOf, caFile, listenersOf, newToken, putFault, strangersKeys } from './support/simulated-account.ts';

/** A case, and what each kind of library says of its answer: FCM's status or OAuth's error as they are, and firebase-admin's code. */
const cases = [
  { name: 'good message', plain: 'name', admin: 'name' },
  { name: 'dead token', plain: 'NOT_FOUND', admin: 'messaging/registration-token-not-registered' },
  { name: 'token of another sender', plain: 'PERMISSION_DENIED', admin: 'messaging/mismatched-credential' },
  { name: 'too large', plain: 'INVALID_ARGUMENT', admin: 'messaging/invalid-argument' },
  { name: 'bad credential', plain: 'invalid_grant', admin: 'app/invalid-credential' },
  { name: 'expired credential', plain: 'invalid_grant', admin: 'app/invalid-credential' },
  { name: 'credential not yet valid', plain: 'invalid_grant', admin: 'app/invalid-credential' },
] as const;

const hour = 3_600;
/** How far a client's clock is off, seconds, where what it signs is over or has not begun. */
const clocks: Readonly<Record<string, number>> = { 'expired credential': -2 * hour, 'credential not yet valid': 2 * hour };

/** What the key signs then: libraries lay it over their own claims. */
function claimsAt(offset: number): { readonly iat: number; readonly exp: number } {
  const iat = Math.floor(Date.now() / 1_000) + offset;
  return { iat, exp: iat + hour };
}

interface Asked {
  readonly context: InteropContext;
  readonly env: Record<string, string>;
}

function step(
  name: string,
  needs: InteropStep['needs'],
  expected: Readonly<Record<string, string>>,
  run: (asked: Asked) => Promise<ExecResult>,
): InteropStep {
  return {
    name: `${name}: ${Object.keys(expected).join(', ')}`,
    needs,
    run: async (context) => {
      const [{ fcm: account }, { fcm }] = await Promise.all([accountsOf(context), listenersOf(context)]);
      const [dead, foreign] = [newToken.fcm(), newToken.fcm()];
      await putFault(context, { provider: 'fcm', token: dead, behaviour: 'invalid' });
      await putFault(context, { provider: 'fcm', token: foreign, behaviour: 'wrong_sender' });
      const tokens: Readonly<Record<string, string>> = { 'dead token': dead, 'token of another sender': foreign };
      const asked = {
        ...{ host: fcm.host, port: fcm.port, ca: fcm.ca, tokenUrl: fcm.tokenUrl, caFile: caFile(context, fcm.ca) },
        ...{ account, badKey: strangersKeys.rsa(), dead },
        cases: Object.keys(expected)
          .filter((one) => one !== 'topic')
          .map((one) => ({
            ...{ name: one, token: tokens[one] ?? newToken.fcm(), isBadCredential: one === 'bad credential' },
            text: one === 'too large' ? 'x'.repeat(4_100) : 'The bells are ringing',
            ...(clocks[one] !== undefined && { claims: claimsAt(clocks[one]) }),
          })),
      };
      const { stdout } = await run({ context, env: { INTEROP: JSON.stringify(asked) } });
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      deepEqual(
        Object.fromEntries(
          lines.map((line) => JSON.parse(line) as { name: string; said: string }).map(({ name: one, said }) => [one, said]),
        ),
        expected,
      );
    },
  };
}

const plain = Object.fromEntries(cases.map((one) => [one.name, one.plain]));
const admin = Object.fromEntries(cases.map((one) => [one.name, one.admin]));

export const steps: readonly InteropStep[] = [
  step(
    'firebase-admin',
    ['npm'],
    { ...admin, 'access token over': 'messaging/third-party-auth-error', topic: '1 messaging/registration-token-not-registered' },
    async ({ context, env }) => {
      await context.npm('firebase-admin@14.5.1', 'google-auth-library@11.3.4');
      return node(context, env, 'firebase-admin.js');
    },
  ),
  step('google-auth-library', ['npm'], { ...plain, 'access token over': 'name' }, async ({ context, env }) => {
    await context.npm('google-auth-library@11.3.4');
    return node(context, env, 'google-auth-library.js');
  }),
  step('google-auth', ['pip'], { ...plain, 'access token over': 'name' }, async ({ context, env }) => {
    const python = await context.pip('google-auth==2.63.0', 'requests');
    return context.exec(python, [context.program('google_auth_client.py')], {
      env: { ...env, REQUESTS_CA_BUNDLE: join(context.folder, 'ca.pem') },
    });
  }),
];

function node(context: InteropContext, env: Record<string, string>, name: string): Promise<ExecResult> {
  const { program, folder } = context;
  for (const file of [name, 'simulated-google.js']) copyFileSync(program(file), join(folder, file));
  return context.exec(process.execPath, [join(folder, name)], { env });
}
