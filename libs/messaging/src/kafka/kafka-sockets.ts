import type { ISocketFactory, ISocketFactoryArgs } from 'kafkajs';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What has to be done before a consumer asks for a share of the partitions. Never rejects. */
export type BeforeJoin = () => Promise<void>;

const keepAliveMs = 60_000;
const joinGroup = 11; // the number of this request in Kafka's protocol
const apiKeyAt = 4; // behind the length

/**
 * Connections to brokers. kafkajs tells of a rebalance and joins again without waiting, and what is committed behind a JoinGroup is refused:
 * so the request itself is held back until `beforeJoin` has ended, and commits go out meanwhile.
 */
export function socketsOf(open: ISocketFactory = opened, beforeJoin?: BeforeJoin): ISocketFactory {
  if (!beforeJoin) return open;
  return (args) => holdingJoins(open(args), beforeJoin);
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

/** kafkajs writes one request at a time. */
function holdingJoins(socket: Socket, beforeJoin: BeforeJoin): Socket {
  const write = socket.write.bind(socket) as (data: Buffer, encoding: BufferEncoding) => boolean;
  socket.write = ((data: Buffer, encoding: BufferEncoding) => {
    if (!Buffer.isBuffer(data) || data.length < apiKeyAt + 2 || data.readInt16BE(apiKeyAt) !== joinGroup) return write(data, encoding);
    void beforeJoin().then(() => {
      if (!socket.destroyed) write(data, encoding);
    });
    return true;
  }) as Socket['write'];
  return socket;
}
