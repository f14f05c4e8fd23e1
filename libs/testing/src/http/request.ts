import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export interface RequestWithKey {
  /** Sent as `Authorization: Bearer`. */
  readonly key?: string;
  /** Sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 127.0.0.1. */
  readonly remoteAddress?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The parsed JSON of the answer; undefined when it is none. */
  readonly body: unknown;
}

export async function request(app: NestFastifyApplication, method: string, path: string, given: RequestWithKey = {}): Promise<HttpAnswer> {
  const { key, body, headers = {}, remoteAddress } = given;
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  const {
    statusCode,
    headers: answered,
    payload,
  } = await app.inject({
    method: method as 'GET',
    url: path,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body !== undefined && { payload: isText ? body : JSON.stringify(body) }),
    ...(remoteAddress !== undefined && { remoteAddress }),
  });
  return { status: statusCode, headers: answered as HttpAnswer['headers'], text: payload, body: json(payload) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
