import { once } from 'node:events';
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const deadlineMs = 60_000;

export interface Request {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request as it is, which `fetch` would tidy up first. Undefined where the connection was closed without an answer. */
export async function ask(url: string, { method, path, headers, body }: Request): Promise<Answer | undefined> {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, method, path, headers, agent, setHost: !('host' in headers), timeout: deadlineMs });
  sent.once('timeout', () => sent.destroy(new Error(`${method} ${path.slice(0, 100)} got no answer within ${deadlineMs} ms`)));
  sent.end(body);
  sent.on('error', () => undefined); // after the answer: one to a HEAD has a body where its method could not be read
  try {
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() };
  } catch (error) {
    if (['ECONNRESET', 'EPIPE'].includes((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  }
}

/** Sends bytes that need not be HTTP; the answer, if there is one, as it came. */
export async function askRaw(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(deadlineMs, () => socket.destroy());
  socket.end(bytes);
  let text = '';
  socket.on('data', (data: Buffer) => {
    text += data.toString('latin1');
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
}
