import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixedClock } from '#libs/testing';
import { settings } from '../src/settings.ts';
import { Simulator } from '../src/simulator.ts';

export interface Running {
  readonly simulator: Simulator;
  readonly clock: FixedClock;
  readonly folder: string;
  /** Opens a connection that `stop` ends. */
  connect(target: 'apns' | 'sandbox' | 'fcm'): ClientHttp2Session;
  control(method: string, path: string, body?: unknown): Promise<{ status: number; type: string | null; body: never }>;
  stop(): Promise<void>;
}

/** Simulators on free ports and a fresh data folder, with a clock that stands still. */
export async function runningSimulator(env: Record<string, string> = {}): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-simulator-'));
  const clock = new FixedClock('2026-11-22T12:00:00Z');
  const simulator = await Simulator.start(settings.parse({ CARILLON_DATA: folder, SIMULATOR_CONTROL_PORT: '0', ...env }), { clock });
  const sessions: ClientHttp2Session[] = [];
  return {
    simulator,
    clock,
    folder,
    connect: (target) => {
      const { apns, fcm } = simulator.listeners;
      const { host, port } = target === 'apns' ? apns : target === 'sandbox' ? apns.sandbox : fcm;
      const session = connect(`https://${host}:${port}`, { ca: apns.ca });
      session.on('error', () => undefined);
      sessions.push(session);
      return session;
    },
    control: async (method, path, body) => {
      const init = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: asText(body) };
      const response = await fetch(`${simulator.controlUrl}${path}`, { method, ...init });
      const text = await response.text();
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        body: (text === '' ? null : JSON.parse(text)) as never,
      };
    },
    stop: async () => {
      for (const session of sessions) session.destroy();
      await simulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends one request and resolves to its answer; rejects with the stream's error. */
export function send(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let answered: IncomingHttpHeaders = {};
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (received) => {
      answered = received;
    });
    stream.on('data', (part: string) => {
      text += part;
    });
    stream.on('error', reject);
    stream.on('close', () => {
      resolve({ status: Number(answered[':status']), headers: answered, body: text });
    });
    stream.end(body);
  });
}

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
