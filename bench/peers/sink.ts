// What the clients of `bench/peers` send to: APNs and FCM at once, which accept everything, count every request and look at each. Started with a channel.
import { Http2Peer, type Http2PeerListener } from '#libs/http2';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { half, hash64 } from '../../apps/simulator/src/ledger/hash64.ts';
import { HashTable } from '../../apps/simulator/src/ledger/hash-table.ts';
import { serverIdentity } from '../../apps/simulator/src/tls/test-authority.ts';

/** What came since it was asked before. */
export interface Seen {
  readonly requests: number;
  readonly tokens: number;
  readonly ids: number;
  readonly bodies: number;
  /** Requests that are none: without a token or a JSON body with it. */
  readonly bad: number;
  readonly connections: number;
}

class Distinct {
  count = 0;
  readonly #seen = new HashTable();

  add(text: string): void {
    hash64(text);
    if (this.#seen.count(half.high, half.low) === 0) this.count += 1;
  }
}

class Tally {
  requests = 0;
  bad = 0;
  connections = 0;
  readonly tokens = new Distinct();
  readonly ids = new Distinct();
  readonly bodies = new Distinct();

  take(path: string, id: string | undefined, authorization: string | undefined, body: string): void {
    this.requests += 1;
    const token = path.startsWith(devicePath) ? path.slice(devicePath.length) : /"token":"([^"]+)"/.exec(body)?.[1];
    if (token === undefined || token.length < 16 || !/^bearer ./i.test(authorization ?? '') || !body.startsWith('{') || !body.endsWith('}'))
      this.bad += 1;
    this.tokens.add(token ?? '');
    if (id !== undefined) this.ids.add(id);
    this.bodies.add(body);
  }

  get seen(): Seen {
    const { requests, bad, connections, tokens, ids, bodies } = this;
    return { requests, bad, connections, tokens: tokens.count, ids: ids.count, bodies: bodies.count };
  }
}

const devicePath = '/3/device/';
const streams = 1_000;
const apnsHead = [':status', '200'];
const fcmHead = [':status', '200', 'content-type', 'application/json; charset=UTF-8'];
const fcmBody = Buffer.from('{"name":"projects/bench/messages/0:1500415314455276%31bd1c9631bd1c96"}');
let tally = new Tally();

class SinkConnection implements Http2PeerListener {
  readonly lastTaken = 0;
  readonly #peer: Http2Peer;
  readonly #open = new Map<number, { readonly fields: readonly string[]; body: string }>();

  constructor(socket: Socket) {
    this.#peer = new Http2Peer(socket, { role: 'server', maxConcurrentStreams: streams }, this);
    tally.connections += 1;
  }

  headers(stream: number, fields: readonly string[]): void {
    this.#open.set(stream, { fields, body: '' });
  }

  data(stream: number, bytes: Buffer, isLast: boolean): void {
    const request = this.#open.get(stream);
    if (!request) return;
    request.body += bytes.toString('latin1');
    if (!isLast) return;
    this.#open.delete(stream);
    this.#answer(stream, request.fields, request.body);
  }

  reset(stream: number): void {
    this.#open.delete(stream);
  }

  settings(): void {
    // takes what comes
  }

  goaway(): void {
    // answers all the same
  }

  pinged(): void {
    // asks nobody
  }

  freed(): void {
    // answers are short
  }

  closed(): void {
    this.#open.clear();
  }

  #answer(stream: number, fields: readonly string[], body: string): void {
    let [path, id, authorization]: [string, string?, string?] = [''];
    for (let at = 0; at < fields.length; at += 2) {
      if (fields[at] === ':path') path = fields[at + 1] ?? '';
      else if (fields[at] === 'apns-id') id = fields[at + 1];
      else if (fields[at] === 'authorization') authorization = fields[at + 1];
    }
    tally.take(path, id, authorization, body);
    const isApns = path.startsWith(devicePath);
    const { encoder } = this.#peer;
    encoder.begin();
    encoder.shared(isApns ? apnsHead : fcmHead);
    if (isApns && id !== undefined) encoder.plain('apns-id', id);
    this.#peer.headers(stream, encoder.end(), isApns);
    if (!isApns) this.#peer.body(stream, fcmBody);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'carillon-sink-'));
const { key, cert, ca } = await serverIdentity(folder);
rmSync(folder, { recursive: true });
const server = createServer({ key, cert, ALPNProtocols: ['h2'] }, (socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => undefined); // clients end as they like
  new SinkConnection(socket);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, ca });
});
process.on('message', () => {
  process.send?.(tally.seen);
  tally = new Tally();
});
process.on('disconnect', () => process.exit());
