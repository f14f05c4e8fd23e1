import { fieldOf } from '#libs/http2';
import type { ServerResponse } from 'node:http';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import type { Caller, WireAnswer } from '../wire/caller.ts';
import { Http2Connection, type Http2ConnectionOptions } from '../wire/http2-connection.ts';
import { collectBody } from '../wire/request-body.ts';
import { SecureListener } from '../wire/secure-listener.ts';
import { FcmService, tokenPath } from './fcm-service.ts';
import type { Quota } from './quota.ts';

/** The sender of one HTTP/1.1 request. */
class Http1Caller implements Caller {
  constructor(private readonly response: ServerResponse) {}

  answer(answer: WireAnswer, delayMs: number): void {
    if (delayMs === 0) this.#send(answer);
    else setTimeout(() => { this.#send(answer); }, delayMs); // prettier-ignore
  }

  reset(): void {
    this.response.socket?.destroy();
  }

  /** HTTP/1.1 has no GOAWAY: the connection ends with the answer, or without one. */
  goAway(withError: boolean): boolean {
    if (withError) this.reset();
    else this.response.setHeader('connection', 'close');
    return withError;
  }

  #send({ head: [, status, ...headers], own = [], body }: WireAnswer): void {
    if (this.response.destroyed || this.response.headersSent) return;
    this.response.writeHead(Number(status), [...headers, ...own]);
    this.response.end(body);
  }
}

export interface FcmOptions {
  readonly identity: ServerIdentity;
  readonly host: string;
  readonly port: number;
  readonly portSetting: string;
  /** Streams a connection may have open; one more ends it with PROTOCOL_ERROR. */
  readonly streams: number;
}

/** Simulated FCM with its OAuth token endpoint on one port, HTTP/2 and HTTP/1.1. Throws PortTaken. */
export async function openFcm(options: FcmOptions, world: SimulatedWorld, quota: Quota): Promise<SecureListener> {
  const service = new FcmService(world, quota);
  const http2: Http2ConnectionOptions = {
    provider: 'fcm',
    streams: options.streams,
    overLimit: 'end',
    process: (fields, body, caller) => {
      const [method, path, authorization] = [fieldOf(fields, ':method'), fieldOf(fields, ':path'), fieldOf(fields, 'authorization')];
      service.receive({ method, path, authorization, fields, body }, caller);
    },
  };
  const listener = await SecureListener.open({
    identity: options.identity,
    host: options.host,
    port: options.port,
    setting: options.portSetting,
    onHttp2: (socket) => new Http2Connection(socket, http2, world),
    onHttp1: ({ method, url: path, headers: { authorization }, rawHeaders: fields }, response) => {
      collectBody(response.req, (body) => {
        service.receive({ method, path, authorization, fields, body }, new Http1Caller(response));
      });
    },
  });
  const ports = ['127.0.0.1', 'localhost'].map((host) => `https://${host}:${listener.port}${tokenPath}`);
  service.audiences = [...ports, 'https://oauth2.googleapis.com/token'];
  return listener;
}
