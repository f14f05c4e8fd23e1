import { fieldOf } from '#libs/http2';
import type { Http1Request } from '../wire/http1-requests.ts';
import type { WnsKind } from './wns-kind.ts';

const maxBodyBytes = 5_000;
const kinds: readonly string[] = ['toast', 'tile', 'badge', 'raw'] satisfies WnsKind[];
const label = /^[A-Za-z0-9]{1,16}$/;
const flag = /^(?:true|false)$/i;
/** Values of headers that may be left out. */
const forms: readonly (readonly [name: string, form: RegExp])[] = [
  ['x-wns-tag', label],
  ['x-wns-group', label],
  ['x-wns-ttl', /^\d{1,10}$/],
  ['x-wns-priority', /^[1-4]$/],
  ['x-wns-cache-policy', /^(?:cache|no-cache)$/i],
  ['x-wns-requestforstatus', flag],
  ['x-wns-suppresspopup', flag],
];

export function kindOf(fields: readonly string[]): WnsKind | undefined {
  const kind = /^wns\/(\w+)$/i.exec(fieldOf(fields, 'x-wns-type') ?? '')?.[1]?.toLowerCase();
  return kind !== undefined && kinds.includes(kind) ? (kind as WnsKind) : undefined;
}

/** Whether a host is one of WNS: the caller has sent its token to whoever it is. */
export function isWnsHost(host: string | undefined): boolean {
  return /^(?:[a-z0-9-]+\.)*notify\.windows\.com(?::443)?$/i.test(host ?? '');
}

/** The first header that WNS would not take, in words; undefined: all are good. */
export function headerProblem({ fields }: Http1Request, isEntra: boolean): string | undefined {
  const kind = kindOf(fields);
  if (!kind) return 'X-WNS-Type is missing or not known';
  if (isEntra && (kind === 'tile' || kind === 'badge')) return `Apps of Entra ID have no ${kind}`;
  if (fieldOf(fields, 'content-length') === undefined) return 'Content-Length is missing';
  if (fieldOf(fields, 'expect') !== undefined) return 'Expect is not supported';
  const type = fieldOf(fields, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== (kind === 'raw' ? 'application/octet-stream' : 'text/xml')) return `Content-Type does not go with wns/${kind}`;
  if (kind !== 'toast' && fieldOf(fields, 'x-wns-group') !== undefined) return 'Only toasts have a group';
  return forms.find(([name, form]) => !form.test(fieldOf(fields, name) ?? defaultOf(name)))?.[0];
}

export function isTooLong({ body }: Http1Request): boolean {
  return body.length > maxBodyBytes;
}

/** Passes the form of a header that is not there. */
function defaultOf(name: string): string {
  return { 'x-wns-cache-policy': 'cache', 'x-wns-requestforstatus': 'false', 'x-wns-suppresspopup': 'false' }[name] ?? '1';
}
