import { newId } from '#libs/kernel';
import { isJsonObject } from '#libs/sends';
import type { Messaging } from 'firebase-admin/messaging';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { LibraryAnswer, LibraryClient, LibraryRequest } from '../../transport/library-transport.ts';
import type { Destination } from '../../transport/transport.ts';
import { adminMessage } from './admin-message.ts';
import type { FcmAccount } from './fcm-protocol.ts';

/** Has no place in a handshake's server name. */
const ipAddress = /^[\d.]+$|:/;
const noConnection = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/** `firebase-admin` for one account, for messages (ADR 39). */
export async function openFirebaseAdmin(account: FcmAccount, destination: Destination): Promise<LibraryClient> {
  const { messaging, show, close } = await openMessaging(account, destination);
  const send = async ({ body, authorization }: LibraryRequest): Promise<LibraryAnswer> => {
    show(authorization);
    const { message, validate_only: dryRun = false } = JSON.parse(body) as { message: Record<string, unknown>; validate_only?: boolean };
    try {
      return { status: 200, body: JSON.stringify({ name: await messaging.send(adminMessage(message), dryRun) }) };
    } catch (error) {
      return failureOf(error);
    }
  };
  return { send, close };
}

/** What `firebase-admin` says of messages and topics, for one account. */
export interface AdminMessaging {
  readonly messaging: Messaging;
  /** Value of `authorization` of the requests that follow. */
  readonly show: (authorization: string) => void;
  /** What is under way is given up, and nothing is asked afterwards. */
  readonly close: () => Promise<void>;
}

/**
 * Loads `firebase-admin`. It has no option for another host than Google's; what it does take is the agent that makes its connections, and a credential that
 * brings our access token (providers.md 11). It speaks HTTP/1.1 over that. `maxBytes`: what a connection takes in before it is broken off; no limit unless said.
 */
export async function openMessaging({ projectId }: FcmAccount, destination: Destination, maxBytes = Infinity): Promise<AdminMessaging> {
  const [{ initializeApp, deleteApp }, { getMessaging }] = await Promise.all([
    import('firebase-admin/app'),
    import('firebase-admin/messaging'),
  ]);
  let token = '';
  // One that is about to end is asked for again with each request.
  const credential = { getAccessToken: async () => ({ access_token: token, expires_in: 1 }) };
  const httpAgent = new AgentTo(destination, maxBytes);
  const app = initializeApp({ projectId, credential, httpAgent }, newId());
  return {
    messaging: getMessaging(app),
    show: (authorization) => {
      token = authorization.slice(authorization.indexOf(' ') + 1);
    },
    close: async () => {
      await deleteApp(app);
      httpAgent.destroy();
    },
  };
}

/** Makes the connections of a library that has its own idea of where they go. */
class AgentTo extends Agent {
  #isClosed = false;

  constructor(
    private readonly destination: Destination,
    private readonly maxBytes: number,
  ) {
    super({ keepAlive: true, maxSockets: destination.maxStreams });
  }

  override createConnection(...[options, done]: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    if (this.#isClosed) throw new Error('closed');
    const { host, port, ca } = this.destination;
    const socket = super.createConnection(
      { ...options, host, port, servername: ipAddress.test(host) ? '' : host, ...(ca !== undefined && { ca }) },
      done,
    );
    if (socket && this.maxBytes < Infinity) breakOff(socket, this.maxBytes);
    return socket;
  }

  /** The library tries again what a broken connection has interrupted: not after this. */
  override destroy(): void {
    this.#isClosed = true;
    super.destroy();
  }
}

function breakOff(socket: Duplex, maxBytes: number): void {
  let taken = 0;
  socket.on('data', ({ length }: Buffer) => {
    taken += length;
    if (taken > maxBytes) socket.destroy(new Error('too_large'));
  });
}

/** The answer stands in its errors; those without one never left, or came to nothing on the way. */
export function failureOf(error: unknown): LibraryAnswer {
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
