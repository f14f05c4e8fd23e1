import type { FastifyInstance } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATUS_CODES } from 'node:http';
import type { ErrorStatuses } from '../errors/error-statuses.ts';
import { ERRORS_PAGE } from '../errors/problem.ts';

/** Scripts from here alone, and no frame around pages that take keys; the styles are the browser's of the document. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

interface Text {
  readonly when: string;
  readonly do: string;
}

/** Guards the pages below `/docs`, and adds the one that the `type` of every problem links to: each code, when it comes and what to do. */
export function serveDocsPages(fastify: FastifyInstance, statuses: ErrorStatuses): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (/^\/docs(?:[/?]|$)/.test(request.url)) {
      reply.headers({ 'content-security-policy': policy, 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer' });
    }
    done();
  });
  fastify.get(ERRORS_PAGE, (_request, reply) => {
    void reply.type('text/html; charset=utf-8').send(pageOf(statuses.all()));
  });
}

function pageOf(statuses: ReadonlyMap<string, number>): string {
  const texts = textsOfErrors();
  const parts = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, status]) => {
    const text = texts[code];
    const words = text ? `<p>When ${escaped(text.when)}</p><p>What to do: ${escaped(text.do)}</p>` : '';
    return `<h2 id="${code}">${code}</h2><p>${status} ${STATUS_CODES[status] ?? ''}</p>${words}`;
  }); // prettier-ignore
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Errors of Carillon</title><style>body{font:1rem/1.5 system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}:target{background:#fe8}</style><h1>Errors</h1>${parts.join('')}</html>`;
}

/** `docs/errors.json`, from the root of the repository or of the image, which is above this file compiled or not; without it the page has codes alone. */
function textsOfErrors(): Readonly<Record<string, Text | undefined>> {
  for (const up of ['../../../..', '../../../../..']) {
    const file = join(import.meta.dirname, up, 'docs/errors.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { readonly http: Record<string, Text> }).http;
  }
  return {};
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
