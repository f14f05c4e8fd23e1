// What a message costs the simulators: signed once, pushed over a few HTTP/2 connections of ours, all accepted. `node dist/bench/simulator.js [messages]`.
import { Http2Peer, type Http2PeerListener } from '#libs/http2';
import { freePort } from '#libs/testing/engines';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { SignJWT, importPKCS8 } from 'jose';
import { BenchProcess } from './support/bench-process.ts';
import { report } from './support/report.ts';

interface Accounts {
  readonly apns: { readonly teamId: string; readonly keyId: string; readonly privateKey: string };
}
interface Target {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
}

const messages = Number(process.argv[2] ?? 200_000);
const connections = 4;
const warmUp = 20_000;
const openAtOnce = 250;
const topic = 'app.bench';
const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
const control = await freePort();
const simulator = await BenchProcess.start('simulator', {
  ...{ SIMULATOR_CONTROL_PORT: String(control), SIMULATOR_DATA: folder, SIMULATOR_LEDGER_RECORDS: '1000' },
});
try {
  const { apns } = await ask<{ apns: Target }>('/listeners');
  const authorization = await providerToken((await ask<Accounts>('/accounts')).apns);
  await load(apns, authorization, warmUp);
  const before = simulator.usage();
  const startedAt = performance.now();
  await load(apns, authorization, messages);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { accepted } = (await ask<{ apns: { accepted: number } }>('/ledger/summary')).apns;
  const { cpuSeconds, peakRssMb } = simulator.usage();
  report('simulator', {
    messages,
    'accepted, with those of warming up': accepted,
    'CPU of the simulators, µs a message': ((cpuSeconds - before.cpuSeconds) / messages) * 1e6,
    'messages per second': messages / seconds,
    'peak resident memory, MB': peakRssMb,
  });
  if (accepted !== messages + warmUp) process.exitCode = 1;
} finally {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function ask<T>(path: string): Promise<T> {
  return (await (await fetch(`http://127.0.0.1:${control}${path}`)).json()) as T;
}

async function providerToken({ teamId, keyId, privateKey }: Accounts['apns']): Promise<string> {
  const key = await importPKCS8(privateKey, 'ES256');
  return `bearer ${await new SignJWT({ iss: teamId }).setIssuedAt().setProtectedHeader({ alg: 'ES256', kid: keyId }).sign(key)}`;
}

async function load(target: Target, authorization: string, count: number): Promise<void> {
  const each = Math.ceil(count / connections);
  const shares = Array.from({ length: connections }, (_, index) => Math.min(each, count - index * each));
  await Promise.all(shares.map((share) => push(target, authorization, share)));
}

/** One connection: its first message alone, as APNs wants it, then as many at once as go. */
async function push({ host, port, ca }: Target, authorization: string, count: number): Promise<void> {
  const socket = connect({ host, port, ca, ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const first = [':method', 'POST', ':scheme', 'https', ':authority', 'bench'];
  const shared = ['authorization', authorization, 'apns-topic', topic, 'apns-push-type', 'alert', 'apns-priority', '10']; // prettier-ignore
  const salt = Math.floor(Math.random() * 2 ** 32).toString(16);
  let [begun, answered, most] = [0, 0, 1];
  await new Promise<void>((resolve, reject) => {
    const listener: Http2PeerListener = {
      lastTaken: 0,
      settings: (limit) => {
        most = Math.min(limit ?? openAtOnce, openAtOnce);
        fill();
      },
      headers: (_stream, [, status]) => {
        answered += 1;
        if (status !== '200') reject(new Error(`The simulator answered ${status ?? ''}`));
        if (answered === count) resolve();
        else fill();
      },
      data: () => undefined,
      reset: () => {
        reject(new Error('The simulator reset a stream'));
      },
      goaway: () => undefined,
      pinged: () => undefined,
      freed: () => {
        fill();
      },
      closed: () => {
        reject(new Error('The simulator closed the connection'));
      },
    };
    const peer = new Http2Peer(socket, { role: 'client' }, listener);
    function fill(): void {
      for (; begun < count && begun - answered < most && !peer.isShut; begun += 1) send(peer, begun);
    }
  });
  socket.destroy();

  function send(peer: Http2Peer, index: number): void {
    const stream = index * 2 + 1;
    const number = index.toString(16).padStart(12, '0');
    peer.encoder.begin();
    peer.encoder.shared(first);
    peer.encoder.plain(':path', `/3/device/${salt.padStart(20, '0')}${number}`);
    peer.encoder.shared(shared);
    peer.encoder.plain('apns-id', `00000000-0000-4000-8000-${number}`);
    peer.headers(stream, peer.encoder.end(), false);
    peer.body(
      stream,
      Buffer.from(`{"aps":{"alert":{"title":"Hi ${index}","body":"Bells"}},"carillon":{"send":"bench","receipt":"${number}"}}`),
    );
  }
}
