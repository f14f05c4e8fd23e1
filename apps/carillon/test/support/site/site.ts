import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { userTokens } from '../user-tokens.ts';

/** A customer's web site on an origin of its own: a page with the built SDK, its worker, and a backend that signs who is logged in. */
export interface Site {
  readonly origin: string;
  /** For `sdkKeys`, PEM. */
  readonly publicKey: string | Buffer;
  close(): Promise<void>;
}

/** The site's own part of its worker: told that somebody clicked on the notification or swiped it away, it says so as the browser does. */
const workersDoor = `
self.addEventListener('message', ({ data, ports }) => {
  const done = self.registration.getNotifications().then(([notification]) => {
    const event = new NotificationEvent(data.type, { notification, action: data.action ?? '' });
    const waited = [];
    event.waitUntil = (work) => waited.push(work);
    self.dispatchEvent(event);
    return Promise.all(waited);
  });
  done.then(() => ports[0].postMessage('done'), (error) => ports[0].postMessage(String(error)));
});`;

const page = `<!doctype html><title>Shop</title>
<div id="question" hidden><button id="yes">Tell me</button><button id="no">Not now</button></div>
<script type="module" src="/shop.js"></script>`;

/** Throws where the client libraries were not built. */
export async function openSite(app: string): Promise<Site> {
  const { publicKey, tokenOf } = userTokens(app);
  const script = (content: string) => ({ type: 'text/javascript', content });
  const built = (name: string) => readFileSync(`libs/web/dist/${name}`, 'utf8');
  const files: Record<string, { readonly type: string; readonly content: string }> = {
    '/': { type: 'text/html', content: page },
    '/sale': { type: 'text/html', content: '<!doctype html><title>Sale</title>' },
    '/shop.js': script(readFileSync(join(import.meta.dirname, 'shop.js'), 'utf8')),
    '/sdk.js': script(built('index.js')),
    '/carillon-service-worker.js': script(built('service-worker.js') + workersDoor),
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const user = pathname === '/token' ? searchParams.get('user') : null;
    const file = user === null ? files[pathname] : { type: 'text/plain', content: tokenOf(user) };
    response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' }).end(file?.content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    publicKey,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
