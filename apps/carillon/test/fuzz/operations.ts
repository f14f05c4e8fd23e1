import fc from 'fast-check';
import type { Request } from './ask.ts';
import { anyMethod, hostileBody, hostileHeaders, hostileSegment, hostileText } from './hostile.ts';
import { fitting, nearlyFitting, type Components, type Schema } from './fitting.ts';

export type { Components, Schema } from './fitting.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema?: Schema;
}

interface OperationObject {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
}

type Content = Readonly<
  Record<string, { readonly schema: Schema; readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
>;

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Components };
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly content: Content;
}

/** What a test knows to be there, so that calls get further than 404. */
export interface Known {
  readonly keys: readonly string[];
  /** Values of path parameters, by `{name}` and, where that says too little, by the word before it; of the last one also by the whole path. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
}

export function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      content: requestBody?.content ?? {},
    })),
  );
}

/** In the order in which they can be played on one platform: what ends things, or takes them all at once, comes when the others have had them. */
export function inPlayableOrder(operations: readonly Operation[]): Operation[] {
  const steps = ({ path }: Operation) => path.split('/').length;
  const turn = (operation: Operation) => {
    if (operation.path.endsWith('/dead-letters/replay')) return Infinity;
    // Before a send proves a provider well, which ends its holds, and before a credential for another bundle cannot see the channel.
    if (/\/(purge-holds|apns-channels)\/\{/.test(operation.path)) return operation.method === 'DELETE' ? -1 : -2;
    return operation.method === 'DELETE' ? 100 - steps(operation) : 0; // what belongs to a thing goes before it
  };
  return operations.toSorted((a, b) => Number(turn(a) > turn(b)) - Number(turn(a) < turn(b)));
}

/** Requests of one operation: valid, nearly valid, hostile. */
export function requestsOf(operation: Operation, components: Components, known: Known): fc.Arbitrary<Request> {
  return fc
    .record({
      method: fc.oneof({ arbitrary: fc.constant(operation.method), weight: 19 }, { arbitrary: otherMethod(operation), weight: 1 }),
      path: pathOf(operation, known),
      query: queryOf(operation, components),
      key: fc.oneof({ arbitrary: fc.constantFrom(...known.keys), weight: 9 }, { arbitrary: fc.constant(''), weight: 1 }),
      odd: fc.oneof({ arbitrary: fc.constant({}), weight: 4 }, { arbitrary: hostileHeaders, weight: 1 }),
      sent: bodyOf(operation, components),
    })
    .map(({ method, path, query, key, odd, sent: { type, body } }) => ({
      method,
      path: query === '' ? path : `${path}?${query}`,
      headers: {
        ...(key !== '' && { authorization: `Bearer ${key}` }),
        ...(type !== '' && { 'content-type': type }),
        ...odd,
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      },
      ...(body !== undefined && { body }),
    }));
}

/** Any, but what would take away what other calls are about, each campaign and webhook of them: calls that delete have a turn of their own, at the end. */
function otherMethod({ path }: Operation): fc.Arbitrary<string> {
  return path.endsWith('}') ? anyMethod.filter((method) => method !== 'DELETE') : anyMethod;
}

/** Requests that mean well, as the document itself shows them: whoever knows what is there gets in with one of them. */
export function usualRequests(operation: Operation, components: Components, known: Known): Request[] {
  const path = usualPath(operation, known);
  const { method } = operation;
  const request = (type?: string, body?: string): Request => ({
    ...{ method, path },
    headers: {
      authorization: `Bearer ${known.keys[0] ?? ''}`,
      ...(type !== undefined && { 'content-type': type }),
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    },
    ...(body !== undefined && { body }),
  });
  const requests = Object.entries(operation.content).flatMap(([type, { schema, examples = {} }]) =>
    [...Object.values(examples).map(({ value }) => value), ...examplesOf(schema, components)].map((value) =>
      request(type, typeof value === 'string' ? value : text(value)),
    ),
  );
  return requests.length > 0 ? requests : [request()];
}

function examplesOf(schema: Schema, components: Components): unknown[] {
  const found = schema.$ref === undefined ? schema : (components[schema.$ref.replace('#/components/schemas/', '')] ?? {});
  const own = [...('example' in found ? [found.example] : []), ...(found.examples ?? [])];
  return own.length > 0 ? own : (found.anyOf ?? found.oneOf ?? []).flatMap((branch) => examplesOf(branch, components));
}

function pathOf(operation: Operation, known: Known): fc.Arbitrary<string> {
  const segments = segmentsOf(operation, known).map((usual) =>
    typeof usual === 'string'
      ? fc.constant(usual)
      : fc.oneof({ arbitrary: fc.constantFrom(...usual), weight: 9 }, { arbitrary: hostileSegment, weight: 1 }),
  );
  return fc.tuple(...segments).map((parts) => parts.join('/'));
}

/** The path to something that is there. */
export function usualPath(operation: Operation, known: Known): string {
  return segmentsOf(operation, known)
    .map((usual) => (typeof usual === 'string' ? usual : usual[0]))
    .join('/');
}

/** The parameters of a path that nothing is known of: calls would get no further than 404. */
export function unknownIn({ method, path }: Operation, { ids }: Known): string[] {
  const parts = path.split('/');
  return parts.flatMap((segment, index) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    return name === undefined || (ids[`${parts[index - 1] ?? ''}/${name}`] ?? ids[name]) ? [] : [`${name} of ${method} ${path}`];
  });
}

/** Each part of a path, as it is or with what may stand there. */
function segmentsOf({ path }: Operation, { ids }: Known): (string | readonly string[])[] {
  return path.split('/').map((segment, index, all) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined) return segment;
    const isLast = !all.slice(index + 1).some((later) => later.startsWith('{'));
    return (
      (isLast ? ids[path] : undefined) ??
      ids[all.slice(index - 1).join('/')] ??
      ids[`${all[index - 1] ?? ''}/${name}`] ??
      ids[name] ?? ['x']
    ).map(encodeURIComponent);
  });
}

function queryOf({ parameters }: Operation, components: Components): fc.Arbitrary<string> {
  const entries = parameters
    .filter(({ in: place, name }) => place === 'query' && name !== 'follow') // an answer that goes on for minutes
    .map(({ name, schema = {} }) =>
      fc
        .oneof({ arbitrary: fitting(schema, components).map(String), weight: 3 }, { arbitrary: hostileText.map((text) => text.slice(0, 3_000)), weight: 1 })
        .map((value) => `${name}=${encodeURIComponent(value.toWellFormed())}`),
    ); // prettier-ignore
  const odd = fc.constantFrom(
    'limit=1&limit=2',
    '__proto__=1',
    'limit',
    '%',
    'a[b]=c',
    '&&&',
    'cursor=W10',
    'cursor=bnVsbA',
    '='.repeat(2_000),
  );
  const some =
    entries.length === 0 ? fc.constant('') : fc.subarray(entries).chain((chosen) => fc.tuple(...chosen).map((pairs) => pairs.join('&')));
  return fc.oneof({ arbitrary: some, weight: 9 }, { arbitrary: odd, weight: 1 });
}

interface Sent {
  readonly type: string;
  readonly body?: string | Buffer;
}

function bodyOf({ content }: Operation, components: Components): fc.Arbitrary<Sent> {
  const kinds = Object.entries(content).map(([type, { schema }]) =>
    fc
      .oneof(
        { arbitrary: fitting(schema, components).map(text), weight: 4 },
        { arbitrary: nearlyFitting(schema, components).map(text), weight: 5 },
        { arbitrary: hostileBody, weight: 2 },
      )
      .map((body): Sent => ({ type, body })),
  );
  const none = fc.constant<Sent>({ type: '' });
  if (kinds.length === 0) return fc.oneof({ arbitrary: none, weight: 9 }, { arbitrary: hostileBody.map((body) => ({ type: 'application/json', body })), weight: 1 });
  return fc.oneof({ arbitrary: fc.oneof(...kinds), weight: 14 }, { arbitrary: none, weight: 1 });
} // prettier-ignore

function text(value: unknown): string {
  return JSON.stringify(value);
}
