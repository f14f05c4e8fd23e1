import { newId } from '#libs/kernel';
import { isJsonObject } from '#libs/sends';
import { Agent } from 'node:https';
import type { LibraryAnswer, LibraryClient, LibraryRequest } from '../../transport/library-transport.ts';
import type { Destination } from '../../transport/transport.ts';
import { adminMessage } from './admin-message.ts';
import type { FcmAccount } from './fcm-protocol.ts';

/** Has no place in a handshake's server name. */
const ipAddress = /^[\d.]+$|:/;
const noConnection = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/**
 * `firebase-admin` for one account, over HTTP/1.1. It has no option for another host than Google's; what it does take is the agent that makes its connections,
 * and a credential that brings our access token (providers.md 11).
 */
export async function openFirebaseAdmin({ projectId }: FcmAccount, destination: Destination): Promise<LibraryClient> {
  const [{ initializeApp, deleteApp }, { getMessaging }] = await Promise.all([
    import('firebase-admin/app'),
    import('firebase-admin/messaging'),
  ]);
  let token = '';
  // One that is about to end is asked for again with each request.
  const credential = { getAccessToken: async () => ({ access_token: token, expires_in: 1 }) };
  const httpAgent = new AgentTo(destination);
  const app = initializeApp({ projectId, credential, httpAgent }, newId());
  const messaging = getMessaging(app);
  const send = async ({ body, authorization }: LibraryRequest): Promise<LibraryAnswer> => {
    token = authorization.slice(authorization.indexOf(' ') + 1);
    const { message, validate_only: dryRun = false } = JSON.parse(body) as { message: Record<string, unknown>; validate_only?: boolean };
    try {
      return { status: 200, body: JSON.stringify({ name: await messaging.send(adminMessage(message), dryRun) }) };
    } catch (error) {
      return failureOf(error);
    }
  };
  return {
    send,
    close: async () => {
      await deleteApp(app);
      httpAgent.destroy();
    },
  };
}

/** Makes the connections of a library that has its own idea of where they go. */
class AgentTo extends Agent {
  constructor(private readonly destination: Destination) {
    super({ keepAlive: true, maxSockets: destination.maxStreams });
  }

  override createConnection(...[options, done]: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    const { host, port, ca } = this.destination;
    return super.createConnection(
      { ...options, host, port, servername: ipAddress.test(host) ? '' : host, ...(ca !== undefined && { ca }) },
      done,
    );
  }
}

/** The answer stands in its errors; those without one never left, or came to nothing on the way. */
function failureOf(error: unknown): LibraryAnswer {
  const { httpResponse, code, message } = (isJsonObject(error) ? error : {}) as {
    httpResponse?: unknown;
    code?: unknown;
    message?: unknown;
  };
  if (isJsonObject(httpResponse) && typeof httpResponse['status'] === 'number') {
    const { status, headers, data } = httpResponse;
    return { status, headers: textsOf(headers), body: typeof data === 'string' ? data : JSON.stringify(data ?? '') };
  }
  const said = `${String(code)} ${String(message)}`;
  // What its checks refuse is what FCM would call an invalid argument.
  if (String(code).startsWith('messaging/invalid'))
    return { status: 400, body: JSON.stringify({ error: { code: 400, status: 'INVALID_ARGUMENT', message } }) };
  if (said.includes('network-timeout')) return { kind: 'unknown', reason: 'deadline' };
  return noConnection.test(said) ? { kind: 'unreachable', reason: 'connect_failed' } : { kind: 'unknown', reason: 'reset' };
}

function textsOf(headers: unknown): Record<string, string> {
  const texts = Object.entries(isJsonObject(headers) ? headers : {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts) as Record<string, string>;
}
