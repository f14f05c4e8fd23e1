import { campaign } from '#apps/campaign';
import { feedback } from '#apps/feedback';
import { identity } from '#apps/identity';
import { registration } from '#apps/registration';
import { EventParts, eventMigrations, startHttp } from '#libs/testing/http';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import type { Page } from './document.ts';

type Json = Record<string, unknown>;

const services = [registration, identity, campaign, feedback] as const;
const file = 'libs/client/src/generated/api.ts';
/** The calls of `@carillon/client`; types of all others would be ten times as much to read, to pack and to check. */
const calls = [
  '/v1/events',
  ...['sends', 'sends/{id}', 'sends/{id}/stop', 'users/{externalId}', 'users/track', 'installations/{id}', 'installations/{id}/user'],
  ...['imports', 'imports/{id}', 'imports/{id}/start', 'imports/{id}/cancel'],
].map((path) => (path.startsWith('/') ? path : `/v1/apps/{app}/${path}`));

/** The types that `@carillon/client` is typed by, from the OpenAPI document. */
export async function clientTypesPage(): Promise<Page> {
  const text = astToString(await openapiTypescript(part(await openApi()) as unknown as OpenAPI3, { defaultNonNullable: false }));
  return { documents: [{ path: file, text: `// Written by \`npm run docs\` from the OpenAPI document.\n\n${text}` }], problems: [] };
}

async function openApi(): Promise<Json> {
  const http = await startHttp({
    imports: [EventParts.embedded(), ...services.map((service) => service.module(service.settings.parse({}) as never, 'embedded'))],
    migrations: eventMigrations,
  });
  try {
    return (await http.call('GET', '/v1/openapi.json')).body as Json;
  } finally {
    await http.close();
  }
}

/** The calls with what they take and answer when all is well, and the schemas that those name. */
function part({ openapi, info, paths, components }: Json): Json {
  const kept = Object.fromEntries(calls.map((path) => [path, withoutRefusals(objectIn(paths, path))]));
  const all = objectIn(components, 'schemas');
  const names = new Set<string>();
  const keep = (node: unknown): void => {
    for (const [, name = ''] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (names.has(name)) continue;
      names.add(name);
      keep(all[name]);
    }
  };
  keep(kept);
  const schemas = Object.fromEntries([...names].sort().map((name) => [name, all[name]]));
  return plain({ openapi, info, paths: kept, components: { schemas } }) as Json;
}

function withoutRefusals(path: Json): Json {
  return Object.fromEntries(
    Object.entries(path).map(([method, call]) => {
      const { responses, operationId: _, tags: __, security: ___, ...rest } = call as Json;
      const answers = Object.entries(responses as Json).filter(([status]) => status.startsWith('2'));
      return [method, { ...rest, responses: Object.fromEntries(answers) }];
    }),
  );
}

/** Without examples, which a type cannot hold, and bounds, which it cannot check: less to read. */
function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(
    ([name, value]) => !(['example', 'examples', 'pattern', 'format', 'headers'].includes(name) && !isSchemaOf(name, value)),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, plain(value)]));
}

/** A property of an object may be called as a keyword is. */
function isSchemaOf(name: string, value: unknown): boolean {
  return (
    name !== 'example' &&
    name !== 'examples' &&
    typeof value === 'object' &&
    value !== null &&
    ('type' in value || '$ref' in value || 'anyOf' in value)
  );
}

function objectIn(node: unknown, name: string): Json {
  const found = (node as Json)[name];
  if (typeof found !== 'object' || found === null) throw new Error(`The OpenAPI document has no ${name}`);
  return found as Json;
}
