import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Running } from './running-simulator.ts';

const settingsFrame = 4;
const pingFrame = 6;
const goawayFrame = 7;
const headersFrame = 1;
const ack = 1;
const endHeaders = 4;

/** `POST https://x/` in HPACK: three entries of the static table and an authority. */
const headerBlock = Buffer.from([0x83, 0x87, 0x84, 0x41, 0x01, 0x78]);

/** Opens streams with frames of its own making, as Node's client would never go over the limit, and says what the server of FCM did. */
export async function openStreams(running: Running, count: number): Promise<string> {
  const { host, port, ca } = running.simulator.listeners.fcm;
  const socket = connect({ host, port, ca, ALPNProtocols: ['h2'] });
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(settingsFrame, 0, 0)]));
  await once(socket, 'data'); // the server's settings, which count once they are acknowledged
  socket.write(frame(settingsFrame, ack, 0));
  for (let i = 0; i < count; i += 1) socket.write(frame(headersFrame, endHeaders, 2 * i + 1, headerBlock));
  socket.write(frame(pingFrame, 0, 0, Buffer.alloc(8)));
  const outcome = await firstOf(socket);
  socket.destroy();
  return outcome;
}

async function firstOf(socket: ReturnType<typeof connect>): Promise<string> {
  let received = Buffer.alloc(0);
  for await (const part of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, part]);
    while (received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3)) {
      const end = 9 + received.readUIntBE(0, 3);
      const [type, flags] = [received[3], received[4]];
      if (type === goawayFrame) return `GOAWAY ${received.readUInt32BE(13)}`;
      if (type === pingFrame && flags === ack) return 'still open';
      received = received.subarray(end);
    }
  }
  return 'closed';
}

function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
