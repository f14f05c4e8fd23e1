import fc from 'fast-check';
import { once } from 'node:events';
import { connect, createServer, type ClientHttp2Session, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { connect as connectTcp, createServer as createTcp, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Http2Peer } from '../src/http2-peer.ts';
import { RecordingOwner } from './recording-owner.ts';

interface Message {
  readonly fields: readonly string[];
  readonly body: Buffer;
}

interface Settled {
  settings(settings: { headerTableSize?: number; initialWindowSize?: number }): void;
}

/** What nghttp2 takes for a value: no blanks at its ends, no control characters. Letters are shorter in Huffman codes, most others are not. */
const letter = fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz0123456789 /.:;="'));
const any = fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f).map((code) => String.fromCharCode(code)); // prettier-ignore
const value = fc
  .oneof(
    fc.string({ unit: letter, maxLength: 100 }),
    fc.string({ unit: any, maxLength: 100 }),
    fc.constantFrom('', 'again', 'x'.repeat(3_000)),
  )
  .map((text) => text.trim());
const name = fc.oneof(fc.constantFrom('x-one', 'x-two', 'x-three'), fc.stringMatching(/^x-[a-z0-9-]{1,30}$/));
const fields = fc.array(fc.tuple(name, value), { maxLength: 12 }).map((list) => {
  const unique = new Map(list); // Node joins values of one name
  return [...unique].flat();
});
const pattern = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));
const body = fc
  .oneof(fc.nat(200), fc.constantFrom(0, 16_384, 16_385, 65_535, 65_536, 200_000))
  .map((length) => pattern.subarray(0, length));
const message: fc.Arbitrary<Message> = fc.record({ fields, body });
const limits = fc.record({
  headerTableSize: fc.constantFrom(0, 50, 100, 1_000, 4_096, 65_536),
  initialWindowSize: fc.constantFrom(5_000, 65_535, 1_000_000),
});
const exchange = fc.record({ request: message, answer: message, limits: fc.option(limits, { freq: 4, nil: undefined }) });
const exchanges = fc.array(exchange, { minLength: 1, maxLength: 15 });

describe('Http2Peer', () => {
  describe('as a server of nghttp2', () => {
    const sockets: Socket[] = [];
    const server = createTcp((socket) => sockets.push(socket));

    beforeAll(async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    });

    afterAll(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });

    it('reads every request as it was sent, and is read', async () => {
      await fc.assert(
        fc.asyncProperty(exchanges, async (given) => {
          const { owner, peer, client } = await connected();
          const answers = new Map<number, Message>();
          owner.ended = (stream) => {
            answer(peer, stream, answers.get(stream));
          };
          for (const [index, { request, answer: wanted, limits: changed }] of given.entries()) {
            if (changed) await settle(client, changed);
            answers.set(index * 2 + 1, wanted);
            const stream = client.request({ ':method': 'POST', ':path': '/', ...asObject(request.fields) });
            const responded = once(stream, 'response');
            stream.end(request.body);
            const [, , raw] = (await responded) as [unknown, unknown, string[]];

            expect(raw).toEqual([':status', '200', ...wanted.fields]);
            expect(wanted.body.equals(await buffer(stream))).toBe(true);
            expect(request.body.equals(owner.bodies.get(index * 2 + 1) ?? Buffer.alloc(0))).toBe(true);
            expect(owner.fields.get(index * 2 + 1)?.[0]?.slice(-request.fields.length || Infinity)).toEqual(request.fields);
          }
          client.destroy();
        }),
        { numRuns: 30 },
      );
    });

    async function connected(): Promise<{ owner: RecordingOwner; peer: Http2Peer; client: ClientHttp2Session }> {
      const owner = new WidenedOwner();
      const { port } = server.address() as AddressInfo;
      const client = connect(`http://127.0.0.1:${port}`);
      const [socket] = (await once(server, 'connection')) as [Socket];
      const peer = new Http2Peer(socket, { role: 'server' }, owner);
      owner.peer = peer;
      return { owner, peer, client };
    }
  });

  describe('as a client of nghttp2', () => {
    let server: Http2Server;
    const told: { readonly raw: readonly string[]; readonly body: Buffer }[] = [];
    let wanted: Message;
    let session: Settled;

    beforeAll(async () => {
      server = createServer();
      server.on('session', (opened) => (session = opened));
      server.on('stream', (stream: ServerHttp2Stream, _headers, _flags, raw: string[]) => {
        void buffer(stream).then((received) => {
          told.push({ raw, body: received });
          stream.respond({ ':status': 200, ...asObject(wanted.fields) }, { sendDate: false } as object);
          stream.end(wanted.body);
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    });

    afterAll(() => {
      server.close();
    });

    it('is read as it wrote, and reads every answer', async () => {
      await fc.assert(
        fc.asyncProperty(exchanges, async (given) => {
          const owner = new WidenedOwner();
          const socket = connectTcp((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
          const peer = new Http2Peer(socket, { role: 'client' }, owner);
          owner.peer = peer;
          for (const [index, { request, answer: answered, limits: changed }] of given.entries()) {
            wanted = answered;
            if (changed && index > 0) await settle(session, changed);
            const ended = new Promise<number>((resolve) => {
              owner.ended = resolve;
            });
            const stream = index * 2 + 1;
            write(peer, stream, [':method', 'POST', ':path', '/', ':scheme', 'http', ':authority', 'a'], request);
            await ended;

            const { raw = [], body: received = Buffer.alloc(0) } = told.pop() ?? {};
            expect(raw).toEqual([':method', 'POST', ':path', '/', ':scheme', 'http', ':authority', 'a', ...request.fields]);
            expect(request.body.equals(received)).toBe(true);
            expect(owner.fields.get(stream)?.[0]?.filter((_text, at, all) => all[at - (at % 2)] !== 'date')).toEqual([
              ':status',
              '200',
              ...answered.fields,
            ]);
            expect(answered.body.equals(owner.bodies.get(stream) ?? Buffer.alloc(0))).toBe(true);
          }
          peer.destroy();
        }),
        { numRuns: 30 },
      );
    });
  });
});

/** Gives back what it has read. */
class WidenedOwner extends RecordingOwner {
  peer: Http2Peer | undefined;

  override data(stream: number, bytes: Buffer, isLast: boolean): void {
    if (!isLast && bytes.length > 0) this.peer?.widen(stream, bytes.length);
    super.data(stream, bytes, isLast);
  }
}

function answer(peer: Http2Peer, stream: number, wanted: Message | undefined): void {
  if (wanted) write(peer, stream, [':status', '200'], wanted);
}

function write(peer: Http2Peer, stream: number, first: readonly string[], { fields: rest, body: content }: Message): void {
  const { encoder } = peer;
  encoder.begin();
  encoder.shared(first);
  for (let at = 0; at < rest.length; at += 2) {
    const [n, v] = [rest[at] ?? '', rest[at + 1] ?? ''];
    if (at % 3 === 0) encoder.shared([n, v]);
    else if (at % 3 === 1) encoder.plain(n, v);
    else encoder.secret(n, v);
  }
  peer.headers(stream, encoder.end(), false);
  peer.body(stream, content);
}

function asObject(list: readonly string[]): Record<string, string> {
  const pairs = list.flatMap((text, at) => (at % 2 === 0 ? [[text, list[at + 1] ?? ''] as const] : []));
  return Object.fromEntries(pairs);
}

/** Resolves when the other end has acknowledged them. */
function settle(session: Settled, settings: { headerTableSize?: number; initialWindowSize?: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    (session as ClientHttp2Session).settings(settings, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
