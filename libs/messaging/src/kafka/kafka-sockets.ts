import type { ISocketFactory, ISocketFactoryArgs } from 'kafkajs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What a consumer does to its requests before they leave. */
export interface ConsumerRequests {
  /** What has to be done before it asks for a share of the partitions. Never rejects. */
  readonly beforeJoin: () => Promise<void>;
  /** What is waited for before it asks for records, if anything. Never rejects. */
  readonly beforeFetch: () => Promise<void> | undefined;
  /** How long brokers may keep a request for records that are not there yet, ms. */
  readonly fetchWaitMs: () => number;
}

const keepAliveMs = 60_000;
const fetch = 1; // the numbers of these requests in Kafka's protocol
const joinGroup = 11;
const apiKeyAt = 4; // behind the length
const clientIdAt = 12; // behind length, number, version and correlation

/**
 * Connections to brokers. kafkajs tells of a rebalance and joins again without waiting, and what is committed behind a JoinGroup is refused:
 * so the request itself is held back until `beforeJoin` has ended, and commits go out meanwhile. It asks for records as soon as it has handed over
 * those before, and with one and the same time to wait, whether or not it has put partitions off: so that request is held back too, and its time written here.
 */
export function socketsOf(open: ISocketFactory = opened, requests?: ConsumerRequests): ISocketFactory {
  if (!requests) return open;
  return (args) => changingRequests(open(args), requests);
}

function opened({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
  const socket = isTls(ssl)
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...(typeof ssl === 'object' && ssl) }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveMs);
}

/** kafkajs hands on what it was configured with, which may also be `true`, or nothing. */
function isTls(ssl: ISocketFactoryArgs['ssl'] | boolean | null | undefined): boolean {
  return Boolean(ssl);
}

/** kafkajs writes one request at a time, and nothing but whole ones. */
function changingRequests(socket: Socket, { beforeJoin, beforeFetch, fetchWaitMs }: ConsumerRequests): Socket {
  const write = socket.write.bind(socket) as (data: Buffer, encoding: BufferEncoding) => boolean;
  socket.write = ((data: Buffer, encoding: BufferEncoding) => {
    const request = Buffer.isBuffer(data) && data.length > clientIdAt ? data.readInt16BE(apiKeyAt) : undefined;
    const written = (): boolean => {
      if (request === fetch) setWait(data, fetchWaitMs());
      return write(data, encoding);
    };
    const held = request === joinGroup ? beforeJoin() : request === fetch ? beforeFetch() : undefined;
    if (!held) return written();
    void held.then(() => socket.destroyed || written());
    return true;
  }) as Socket['write'];
  return socket;
}

/** Behind the client's name and the number of a replica, which a consumer is not. */
function setWait(request: Buffer, ms: number): void {
  const bodyAt = clientIdAt + 2 + Math.max(0, request.readInt16BE(clientIdAt));
  if (request.length >= bodyAt + 8) request.writeInt32BE(ms, bodyAt + 4);
}
