import { fieldOf } from '#libs/http2';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import type { Caller } from '../wire/caller.ts';
import { Http2Connection, type Http2ConnectionOptions } from '../wire/http2-connection.ts';
import { http1Requests, type Http1Request } from '../wire/http1-requests.ts';
import { SecureListener } from '../wire/secure-listener.ts';
import { FcmService, tokenPath } from './fcm-service.ts';
import type { Quota } from './quota.ts';

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
  const receiveHttp1 = ({ method, path, fields, body }: Http1Request, caller: Caller) => {
    service.receive({ method, path, authorization: fieldOf(fields, 'authorization'), fields, body }, caller);
  };
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
    onHttp1: http1Requests({ provider: 'fcm', process: receiveHttp1 }, world),
  });
  const ports = ['127.0.0.1', 'localhost'].map((host) => `https://${host}:${listener.port}${tokenPath}`);
  service.audiences = [...ports, 'https://oauth2.googleapis.com/token'];
  return listener;
}
