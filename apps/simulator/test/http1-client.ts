import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Http1Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Posts to a simulator over HTTP/1.1; rejects where the connection breaks before there is an answer. */
export function post(
  { host, port, ca }: { readonly host: string; readonly port: number; readonly ca: string },
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Http1Answer> {
  const agent = new Agent({ ca });
  return new Promise<Http1Answer>((resolve, reject) => {
    const asked = request({ host, port, path, method: 'POST', headers, agent });
    asked.on('error', reject);
    asked.on('response', (response) => {
      text(response).then((whole) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole });
      }, reject);
    });
    asked.end(body);
  }).finally(() => {
    agent.destroy();
  });
}
