import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Running } from './running-simulator.ts';

const dataFrame = 0;
const headersFrame = 1;
const resetFrame = 3;
const settingsFrame = 4;
const pingFrame = 6;
const goawayFrame = 7;
const ack = 1;
const endStream = 1;
const endHeaders = 4;

/** `POST https://x/` in HPACK: three entries of the static table and an authority. */
const headerBlock = Buffer.from([0x83, 0x87, 0x84, 0x41, 0x01, 0x78]);

/** HEADERS of a request that goes on, unless said otherwise. */
export function begin(stream: number, { isLast = false, block = headerBlock } = {}): Buffer {
  return frame(headersFrame, isLast ? endHeaders | endStream : endHeaders, stream, block);
}

export function data(stream: number, payload: Buffer, { isLast = false } = {}): Buffer {
  return frame(dataFrame, isLast ? endStream : 0, stream, payload);
}

/** SETTINGS_INITIAL_WINDOW_SIZE of 0: nothing of an answer's body may come. */
export const shut = frame(settingsFrame, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]));

export function reset(stream: number): Buffer {
  return frame(resetFrame, 0, stream, Buffer.from([0, 0, 0, 8]));
}

/** Opens streams with frames of its own making, as Node's client would never go over the limit, and says what the server of FCM did. */
export function openStreams(running: Running, count: number): Promise<string> {
  return firstWord(running, ...Array.from({ length: count }, (_, i) => begin(2 * i + 1)));
}

/** Sends frames that no good client sends and says what the server of FCM did first: a reset, a farewell, an answer, or nothing of these. */
export async function firstWord(running: Running, ...frames: readonly Buffer[]): Promise<string> {
  const [first = 'closed'] = await words(running, ...frames);
  return first;
}

/** All that it did, until it says farewell or has read everything. */
export async function words(running: Running, ...frames: readonly Buffer[]): Promise<readonly string[]> {
  const { host, port, ca } = running.simulator.listeners.fcm;
  const socket = connect({ host, port, ca, ALPNProtocols: ['h2'] });
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(settingsFrame, 0, 0)]));
  await once(socket, 'data'); // the server's settings, which count once they are acknowledged
  socket.write(frame(settingsFrame, ack, 0));
  for (const next of frames) socket.write(next);
  socket.write(frame(pingFrame, 0, 0, Buffer.alloc(8)));
  const said = await wordsOf(socket);
  socket.destroy();
  return said;
}

async function wordsOf(socket: ReturnType<typeof connect>): Promise<readonly string[]> {
  const said: string[] = [];
  let received = Buffer.alloc(0);
  for await (const part of socket as AsyncIterable<Buffer>) {
    received = Buffer.concat([received, part]);
    while (received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3)) {
      const end = 9 + received.readUIntBE(0, 3);
      const [type, flags, stream] = [received[3], received[4], received.readUInt32BE(5)];
      if (type === goawayFrame) return [...said, `GOAWAY ${received.readUInt32BE(13)}`];
      if (type === pingFrame && flags === ack) return [...said, 'still open'];
      if (type === resetFrame) said.push(`RST_STREAM ${stream} ${received.readUInt32BE(9)}`);
      if (type === headersFrame) said.push(`answer ${stream}`);
      received = received.subarray(end);
    }
  }
  return [...said, 'closed'];
}

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
