import { deepEqual, equal } from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedSubscription } from '../../apps/simulator/src/webpush/simulated-subscription.ts';
import type { ExecResult, InteropContext, InteropStep } from './step.ts';
import { caFile, callPlatform, controlCall, listenersOf, putFault } from './support/simulated-account.ts';

/** Each case with the status of RFC 8030 and 8292; Mozilla's errno beside it. */
const expected: Readonly<Record<string, string>> = {
  'good message': '201',
  'dead token': '410 106',
  'key of another sender': '401 109',
  'too large': '413 104',
  'expired credential': '401 109',
  'bad credential': '401 109',
  'credential for another service': '401 109',
};
const title = 'Für dich: ✓ 鐘';
const app = 'interop-webpush';

/** What a message of ours is, as the push service gets it, for a browser whose keys this run holds. */
async function oursFor(context: InteropContext) {
  const keys = createECDH('prime256v1');
  const p256dh = keys.generateKeys('base64url');
  const auth = randomBytes(16).toString('base64url');
  const endpoint = `https://updates.push.services.mozilla.com/wpush/v2/${randomBytes(24).toString('base64url')}`;
  await controlCall(context, 'PUT', '/browsers', { endpoint });
  await callPlatform(context, 'PUT', `/v1/apps/${app}`, { name: 'Interop' });
  await callPlatform(context, 'PUT', `/v1/apps/${app}/credentials/webpush`, { simulated: true });
  const id = `browser-${randomBytes(6).toString('hex')}`;
  const token = { endpoint, keys: { p256dh, auth } };
  await callPlatform(context, 'PUT', `/v1/apps/${app}/installations/${id}`, {
    platform: 'web',
    provider: 'webpush',
    token,
    permission: 'granted',
  });
  const send = { to: { installations: [id] }, message: { title }, options: { purpose: 'transactional' } };
  const headers = { prefer: 'wait=30', 'idempotency-key': id };
  const sent = (await callPlatform(context, 'POST', `/v1/apps/${app}/sends`, send, headers)) as { counts?: { accepted?: number } };
  equal(sent.counts?.accepted, 1, JSON.stringify(sent));
  const pushes = (await controlCall(context, 'GET', `/browsers/pushes?${new URLSearchParams({ endpoint }).toString()}`)) as {
    body: string;
  }[];
  return { body: pushes[0]?.body ?? '', privateKey: keys.getPrivateKey('base64url'), publicKey: p256dh, auth };
}

async function casesAt(context: InteropContext, origin: string): Promise<readonly object[]> {
  const [good, dead] = [newEndpoint(origin), newEndpoint(origin)];
  await putFault(context, { provider: 'webpush', token: dead, behaviour: 'invalid' });
  const endpoints: Readonly<Record<string, string>> = { 'good message': good, 'dead token': dead, 'key of another sender': good };
  return Object.keys(expected).map((name) => ({
    name,
    subscription: simulatedSubscription(endpoints[name] ?? newEndpoint(origin)),
    text: name === 'too large' ? 'x'.repeat(4_100) : JSON.stringify({ notification: { title } }),
  }));
}

function newEndpoint(origin: string): string {
  return `${origin}/wpush/v2/${randomBytes(24).toString('base64url')}`;
}

function step(
  name: string,
  needs: InteropStep['needs'],
  run: (context: InteropContext, env: Record<string, string>) => Promise<ExecResult>,
): InteropStep {
  return {
    name: `${name}: ${Object.keys(expected).join(', ')}; reads what we have encrypted`,
    needs,
    run: async (context) => {
      const { webpush } = await listenersOf(context);
      const origin = `https://${webpush.host}:${webpush.port}`;
      const ours = await oursFor(context);
      const asked = { origin, ca: webpush.ca, caFile: caFile(context, webpush.ca), cases: await casesAt(context, origin), ours };
      const { stdout } = await run(context, { INTEROP: JSON.stringify(asked) });
      const lines = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { name: string; said: string }); // prettier-ignore
      const { ours: read = '', ...said } = Object.fromEntries(lines.map((line) => [line.name, line.said]));
      deepEqual(said, expected);
      equal((JSON.parse(read) as { notification?: { title?: string } }).notification?.title, title);
    },
  };
}

export const steps: readonly InteropStep[] = [
  step('web-push', ['npm'], async (context, env) => {
    await context.npm('web-push@3.6.7');
    const file = join(context.folder, 'web-push.js');
    copyFileSync(context.program('web-push.js'), file);
    return context.exec(process.execPath, [file], { env });
  }),
  step('pywebpush', ['pip'], async (context, env) => {
    const python = await context.pip('pywebpush==2.1.0');
    return context.exec(python, [context.program('pywebpush_client.py')], { env });
  }),
];
