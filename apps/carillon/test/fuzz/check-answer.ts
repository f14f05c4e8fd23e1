import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Answer, Request } from './ask.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/errors.md'), 'utf8');

/** The status of each code that an answer may carry: docs/errors.md lists them all, which the check of the documents sees to. */
const statuses = new Map([...page.matchAll(/^### (\w+)\n\n(\d{3}) /gm)].map(([, code, status]) => [code, Number(status)]));

/**
 * The law of answers: a refusal is never longer than 64 KiB or four times the request, so that nobody can make the platform work or send more than he
 * does himself. A request of less than 2 KiB may get 8 KiB: its problems, each with its place, have to fit.
 */
function maxBytesFor({ method, path, headers, body = '' }: Request): number {
  const lines = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, method.length + path.length);
  return Math.min(65_536, Math.max(8_192, 4 * (lines + Buffer.byteLength(body))));
}

/** Calls that answer for each thing of many, however many of them they refuse: what they say of each is part of the law. */
const answersMany = /\/v1\/events|\/users\/(track|identify)|\/tags\/bulk|\/receipts/;

/** What is wrong with an answer, whatever was asked; undefined when nothing is. */
export function faultOf(request: Request, { status, headers, text }: Answer): string | undefined {
  const { method } = request;
  const bytes = Buffer.byteLength(text);
  if (status < 400) {
    const mostOfMany = Math.max(65_536, maxBytesFor(request), 4 * Buffer.byteLength(request.body ?? ''));
    return answersMany.test(request.path) && bytes > mostOfMany ? `an answer of ${bytes} bytes, where ${mostOfMany} are the most` : undefined;
  }
  const most = maxBytesFor(request);
  if (bytes > most) return `an answer of ${bytes} bytes, where ${most} are the most: ${text}`;
  if (method === 'HEAD' && status < 500) return undefined; // an answer to HEAD has no body
  if (headers['content-type']?.startsWith('application/problem+json') !== true) return `${status} as ${String(headers['content-type'])}: ${text}`;
  const problem = JSON.parse(text) as { code?: string; status?: number; detail?: string; traceId?: string; title?: string };
  if (problem.status !== status || statuses.get(problem.code ?? '') !== status) return `the code is not one of ${status}: ${text}`;
  const isWordOfProvider = status === 502 && text.includes('"provider_call_failed"'); // what a provider refused is said with its reason
  if (status >= 500 && !isWordOfProvider && (status !== 503 || headers['retry-after'] === undefined)) return `a fault of the server: ${text}`;
  if (!problem.detail || !problem.title || problem.traceId === undefined) return `not a whole problem document: ${text}`;
  return undefined;
} // prettier-ignore
