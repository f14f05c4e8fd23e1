import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Http1Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Listener {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
}

/** Speaks HTTP/1.1 to a simulator that stands for other hosts, too: `host` is a header like the others. */
export class Http1Client {
  readonly #agent: Agent;

  constructor(private readonly listener: Listener) {
    this.#agent = new Agent({ keepAlive: true, ca: listener.ca, servername: 'localhost' });
  }

  /** Rejects where the connection breaks before there is an answer. */
  async send(path: string, headers: Readonly<Record<string, string>>, body: string | Buffer, method = 'POST'): Promise<Http1Answer> {
    const { host, port } = this.listener;
    const asked = request({ host, port, path, method, headers, agent: this.#agent });
    const answered = new Promise<Http1Answer>((resolve, reject) => {
      asked.on('error', reject);
      asked.on('response', (response) => {
        text(response).then((whole) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole });
        }, reject);
      });
    });
    asked.end(body);
    return answered;
  }

  /** Posts a form, such as for a token. */
  form(path: string, fields: Record<string, string>): Promise<Http1Answer> {
    return this.send(path, { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams(fields).toString());
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Posts once, over a connection of its own. */
export async function post(
  listener: Listener,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Http1Answer> {
  const client = new Http1Client(listener);
  try {
    return await client.send(path, headers, body);
  } finally {
    client.close();
  }
}
