import { randomBytes } from 'node:crypto';
import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import { SignJWT, importPKCS8 } from 'jose';
import { send, type Running } from './running-simulator.ts';

export interface ProviderKey {
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: string;
}

export async function providerToken(
  running: Running,
  { iat, key, iss }: { iat?: number; key?: ProviderKey; iss?: string } = {},
): Promise<string> {
  const { teamId, keyId, privateKey } = key ?? running.simulator.accounts.simulated.apns;
  const jwt = await new SignJWT({ iss: iss ?? teamId, iat: iat ?? Math.floor(running.clock.now() / 1_000) })
    .setProtectedHeader({ alg: 'ES256', kid: keyId })
    .sign(await importPKCS8(privateKey, 'ES256'));
  return `bearer ${jwt}`;
}

export function newApnsToken(): string {
  return randomBytes(32).toString('hex');
}

export const alert = JSON.stringify({ aps: { alert: { title: 'Hello', body: 'World' } } });

export interface Push {
  readonly authorization?: string | undefined;
  readonly token?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** Pushes an alert to a fresh token unless told otherwise; `reason` is that of the body. */
export async function push(session: ClientHttp2Session, { authorization, token, path, headers, body }: Push) {
  const answer = await send(
    session,
    {
      ':method': 'POST',
      ':path': path ?? `/3/device/${token ?? newApnsToken()}`,
      ...(authorization === undefined ? {} : { authorization }),
      'apns-topic': 'app.demo',
      'apns-push-type': 'alert',
      ...headers,
    },
    body ?? alert,
  );
  const parsed = (answer.body === '' ? {} : JSON.parse(answer.body)) as { reason?: string; timestamp?: number };
  return { ...answer, ...parsed };
}
