import { campaign } from '#apps/campaign';
import { feedback } from '#apps/feedback';
import { identity } from '#apps/identity';
import { registration } from '#apps/registration';
import { EventParts, eventMigrations, sdkKeys, startHttp, userToken, type TestHttp } from '#libs/testing/http';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

type Json = Record<string, unknown>;

interface Route {
  readonly method: string;
  readonly path: string;
  /** Of its first media type, as the document shows it. */
  readonly type: string | undefined;
  readonly body: unknown;
  /** Of the keys that it takes; empty where it takes calls without. */
  readonly kinds: readonly string[];
}

const page = join(import.meta.dirname, '../../../docs/access.md');
const services = [registration, identity, campaign, feedback] as const;
const phone = { platform: 'ios', provider: 'apns', permission: 'granted' };

let http: TestHttp;
let keys: { readonly sdk: string; readonly server: string; readonly otherSdk: string; readonly otherServer: string };

beforeAll(async () => {
  http = await startHttp({
    imports: [EventParts.embedded(), ...services.map(({ settings, module }) => module(settings.parse({}) as never, 'embedded'))],
    migrations: eventMigrations,
    sdkLimits: { perAddress: 1_000_000, perInstallation: 1_000_000 },
  });
  await http.keys.app('demo', { sdkAuth: 'required', sdkKeys });
  await http.keys.app('other');
  keys = {
    sdk: await http.keys.key('demo', 'sdk'),
    server: await http.keys.key('demo', 'server'),
    otherSdk: await http.keys.key('other', 'sdk'),
    otherServer: await http.keys.key('other', 'server'),
  };
});
afterAll(() => http.close());

async function routes(): Promise<Route[]> {
  const { paths, components } = (await http.call('GET', '/v1/openapi.json')).body as {
    paths: Record<string, Record<string, Json>>;
    components: { schemas: Record<string, Json> };
  };
  const exampleIn = (schema: Json): unknown => {
    const whole = typeof schema['$ref'] === 'string' ? components.schemas[schema['$ref'].split('/').at(-1) ?? ''] : schema;
    return whole?.['example'] ?? (whole?.['examples'] as unknown[] | undefined)?.[0];
  };
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Route => {
      const content = (operation['requestBody'] as { content?: Record<string, Json> } | undefined)?.content ?? {};
      const [type, media = {}] = Object.entries(content)[0] ?? [];
      const body = media['example'] ?? (type === undefined ? undefined : exampleIn(media['schema'] as Json));
      return { method: method.toUpperCase(), path, type, body, kinds: (operation['x-key-kinds'] as string[] | undefined) ?? [] };
    }),
  );
  return all.toSorted((a, b) => lateness(a) - lateness(b)); // toSorted is stable
}

/** What changes the app itself, or takes something away, comes when the others have been asked. */
function lateness({ method, path }: Route): number {
  if (path === '/v1/apps/{app}') return method === 'DELETE' ? 3 : method === 'GET' ? 0 : 2;
  return method === 'DELETE' ? 1 : 0;
}

interface Caller {
  readonly name: string;
  /** Of its key, where that is one of the app. */
  readonly kind?: string;
  readonly headers: (known: Known) => Promise<Record<string, string>> | Record<string, string>;
}

/** An installation of its own for each route, which its SDK has registered for a person of its own. */
interface Known {
  readonly installation: string;
  readonly person: string;
  readonly secret: string;
  /** For whom the call speaks: whom its body names, or the person. */
  readonly subject: string;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const proven = ({ installation, secret }: Known) => ({ 'x-installation-id': installation, 'x-installation-secret': secret });

/** From those who may least to those who may most, as the last ones leave nothing behind. */
const callers: readonly Caller[] = [
  { name: 'no key', headers: () => ({}) },
  { name: 'other app’s sdk', headers: (known) => ({ ...bearer(keys.otherSdk), ...proven(known) }) },
  { name: 'other app’s server', headers: () => bearer(keys.otherServer) },
  { name: 'sdk', kind: 'sdk', headers: ({ installation }) => ({ ...bearer(keys.sdk), 'x-installation-id': installation }) },
  { name: 'sdk, secret', kind: 'sdk', headers: (known) => ({ ...bearer(keys.sdk), ...proven(known) }) },
  {
    name: 'sdk, secret, JWT',
    kind: 'sdk',
    headers: async (known) => ({ ...bearer(keys.sdk), ...proven(known), ...(await userToken({ sub: known.subject })) }),
  },
  { name: 'server', kind: 'server', headers: () => bearer(keys.server) },
  { name: 'admin', kind: 'admin', headers: () => bearer(http.keys.admin) },
];

async function knownFor({ body }: Route, n: number): Promise<Known> {
  const [installation, person] = [`phone-${n}`, `charlie-${n}`];
  const headers = { ...bearer(keys.sdk), ...(await userToken({ sub: person })) };
  const { body: answer } = await http.call('PUT', `/v1/apps/demo/installations/${installation}`, {
    body: { ...phone, externalId: person },
    headers,
  });
  const named = typeof body === 'object' && body !== null && 'externalId' in body ? String(body.externalId) : person;
  return { installation, person, secret: String((answer as Json)['installationSecret']), subject: named };
}

function pathOf({ path }: Route, { installation, person }: Known): string {
  const isOfInstallation = path.includes('/installations/{id}');
  return path
    .replace('{app}', 'demo')
    .replace('/installations/{id}', `/installations/${installation}`)
    .replace('{externalId}', person)
    .replace('{provider}', 'apns')
    .replace(/\{(\w+)\}/g, isOfInstallation ? 'thing' : 'nothing');
}

/** `✓`: the key opens the call, whatever the call then says; else the code of the refusal. */
async function answerTo(route: Route, known: Known, caller: Caller): Promise<string> {
  // Keys are judged before bodies are read, and a body that nobody reads is waited for.
  const isBodyRead = route.type !== undefined && caller.kind !== undefined && route.kinds.includes(caller.kind);
  const headers = { ...(isBodyRead && { 'content-type': route.type }), ...(await caller.headers(known)) };
  const sent = !isBodyRead ? {} : { body: route.body ?? (route.type.includes('ndjson') ? '{}\n' : {}) };
  const { status, body } = await http.call(route.method, pathOf(route, known), { ...sent, headers });
  // No dispatcher is there whom a call could ask.
  const isUnasked = (body as Json | null)?.['code'] === 'provider_call_unavailable';
  if (status >= 500 && !isUnasked) throw new Error(`${route.method} ${route.path} by ${caller.name}: ${status} ${JSON.stringify(body)}`);
  return status === 401 || status === 403 ? `${status} ${String((body as Json)['code'])}` : '✓';
}

/** Each call with its answers, in the order of `callers`. */
async function answers(): Promise<Map<Route, readonly string[]>> {
  const all = new Map<Route, readonly string[]>();
  for (const [n, route] of (await routes()).entries()) {
    const known = await knownFor(route, n);
    const cells: string[] = [];
    for (const caller of callers) cells.push(await answerTo(route, known, caller));
    all.set(route, cells);
  }
  return all;
}

const keyOf = ({ method, path }: Route): string => `${path} ${method}`;
const nameOf = ({ method, path }: Route) => `\`${method}\` \`${path}\``;

async function pageOf(all: ReadonlyMap<Route, readonly string[]>): Promise<string> {
  const rows = [...all].toSorted(([one], [other]) => keyOf(one).localeCompare(keyOf(other), 'en'));
  const head = [`| call | ${callers.map(({ name }) => name).join(' | ')} |`, `| --- |${' --- |'.repeat(callers.length)}`];
  const table = [...head, ...rows.map(([route, cells]) => `| ${nameOf(route)} | ${cells.join(' | ')} |`)].join('\n');
  return format(`${introduction}\n${table}\n`, { ...(await resolveConfig(page)), parser: 'markdown' });
}

/** The cells of each call on the page. */
function rowsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .map(([name = '', ...cells]) => [name, cells]),
  );
}

const introduction = `# Who may call what

Every call of the API, and what it answers to each kind of caller. Written by \`access.spec.ts\`, which makes every call as every caller and fails where an answer differs from this page, or from the kinds of keys that the call declares;
\`CARILLON_WRITE_DOCS=1 npm run jest -- apps/carillon/test/access.spec.ts\` writes it anew.

✓: the key opens the call; what it answers then depends on what it is asked. Otherwise the status and code of the refusal ([errors.md](errors.md)). The app requires user tokens (\`sdkAuth: required\`), and the
installation belongs to a known person. _sdk_: an sdk key with the installation's id alone; _secret_: and \`X-Installation-Secret\`; _JWT_: and \`X-User-Token\` of that person, or of whom the body names.
An admin key belongs to no app: there is one kind, and it opens everything.
`;

describe('who may call what', () => {
  it('is as docs/access.md says, in every cell, and as each call declares it', async () => {
    const all = await answers();
    if (process.env['CARILLON_WRITE_DOCS'] === '1') writeFileSync(page, await pageOf(all));
    const written = rowsOf(readFileSync(page, 'utf8'));

    for (const [route, cells] of all) {
      const row = written.get(nameOf(route));
      if (row) expect([nameOf(route), ...cells]).toEqual([nameOf(route), ...row]);
      if (route.kinds.length === 0) continue;
      const [none, , , sdk, , , server, admin] = cells;
      expect([nameOf(route), none, admin]).toEqual([nameOf(route), '401 key_missing', '✓']);
      for (const [kind, cell] of [
        ['sdk', sdk],
        ['server', server],
      ] as const)
        // prettier-ignore
        expect([nameOf(route), kind, cell === '403 key_kind_not_allowed']).toEqual([nameOf(route), kind, !route.kinds.includes(kind)]);
    }
  });
});
