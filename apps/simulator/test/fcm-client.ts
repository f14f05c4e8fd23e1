import { randomBytes } from 'node:crypto';
import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import { SignJWT, importPKCS8 } from 'jose';
import { send, type Answer, type Running } from './running-simulator.ts';

export const messagingScope = 'https://www.googleapis.com/auth/firebase.messaging';

interface Assertion {
  readonly iss?: string;
  readonly aud?: string;
  readonly scope?: string;
  readonly iat?: number;
  readonly exp?: number;
  readonly kid?: string;
  readonly privateKey?: string;
}

/** What a service account signs to ask for an access token. */
export async function assertion(running: Running, given: Assertion = {}): Promise<string> {
  const { fcm } = running.simulator.accounts.simulated;
  const now = Math.floor(running.clock.now() / 1_000);
  const claims = {
    iss: fcm.client_email,
    aud: running.simulator.listeners.fcm.tokenUrl,
    scope: messagingScope,
    iat: now,
    exp: now + 3_600,
  };
  const { kid = fcm.private_key_id, privateKey = fcm.private_key, ...other } = given;
  return new SignJWT({ ...claims, ...other }).setProtectedHeader({ alg: 'RS256', kid }).sign(await importPKCS8(privateKey, 'RS256'));
}

export async function exchange(session: ClientHttp2Session, signed: string, grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
  const form = new URLSearchParams({ grant_type: grant, assertion: signed }).toString();
  const headers = { ':method': 'POST', ':path': '/token', 'content-type': 'application/x-www-form-urlencoded' };
  const { status, body } = await send(session, headers, form);
  return { status, ...(JSON.parse(body) as { access_token?: string; expires_in?: number; token_type?: string; error?: string }) };
}

export async function bearer(running: Running, session: ClientHttp2Session): Promise<string> {
  const { access_token: token } = await exchange(session, await assertion(running));
  return `Bearer ${token ?? ''}`;
}

export function newFcmToken(): string {
  return `${randomBytes(16).toString('base64url')}:APA91b${randomBytes(100).toString('base64url')}`;
}

interface FcmBody {
  readonly name?: string;
  readonly error?: {
    readonly code: number;
    readonly status: string;
    readonly message: string;
    readonly details?: readonly {
      readonly '@type': string;
      readonly errorCode?: string;
      readonly fieldViolations?: readonly { field?: string }[];
    }[];
  };
}

export interface FcmAnswer extends Answer, FcmBody {
  /** `FcmError` code, or undefined without one. */
  readonly fcmError: string | undefined;
  /** Fields of a BadRequest detail. */
  readonly fields: readonly (string | undefined)[] | undefined;
}

export async function sendMessage(
  session: ClientHttp2Session,
  {
    authorization,
    project,
    message,
    raw,
    headers,
  }: { authorization: string; project: string; message?: object; raw?: string; headers?: OutgoingHttpHeaders },
): Promise<FcmAnswer> {
  const path = `/v1/projects/${project}/messages:send`;
  const answer = await send(session, { ':method': 'POST', ':path': path, authorization, ...headers }, raw ?? JSON.stringify({ message }));
  const body = JSON.parse(answer.body) as FcmBody;
  const details = body.error?.details ?? [];
  return {
    ...answer,
    ...body,
    fcmError: details.find((detail) => detail['@type'].endsWith('fcm.v1.FcmError'))?.errorCode,
    fields: details.find((detail) => detail['@type'].endsWith('rpc.BadRequest'))?.fieldViolations?.map(({ field }) => field),
  };
}
