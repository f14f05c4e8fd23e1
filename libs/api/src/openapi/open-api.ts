import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ErrorStatuses } from '../errors/error-statuses.ts';
import { serveDocsPages } from './docs-pages.ts';
import { spreadBodies } from './documented-body.ts';
import { makeSchemasPlain, type Schema } from './plain-schemas.ts';
import { convertSchema } from './schema-converter.ts';
import { addProblems } from './usual-problems.ts';

const whatIsNoSchema = new Set(['example', 'examples', 'enum', 'const', 'required', 'default']);

interface Body {
  required?: boolean;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

const description = [
  'One call or one event, and every phone, tablet, desktop and browser that should ring rings once.',
  'Send an API key as `Authorization: Bearer KEY`. Errors are problem documents (RFC 9457) with a stable `code`.',
].join(' ');

/** The OpenAPI 3.1 document of everything the application serves; `version` is the platform's. Call it after `app.init()`. */
export function openApiOf(app: NestFastifyApplication, version = '0'): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Carillon')
    .setDescription(description)
    .setVersion(version)
    .addServer('/', 'Where this document comes from')
    .addServer('http://127.0.0.1:8080', 'The platform on this machine, as `npm start` runs it')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key of kind admin, server or sdk' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: convertSchema,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  markOptionalBodies(document);
  spreadBodies(document);
  makeSchemasPlain(document);
  addProblems(document, app.get(ErrorStatuses));
  nameSecurity(document);
  return document;
}

/** A call that needs no key says so itself. */
function nameSecurity(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const method of ['get', 'put', 'post', 'patch', 'delete'] as const) if (item[method]) item[method].security ??= [];
  }
}

/** Serves the document at `/v1/openapi.json`, as OpenAPI 3.0.3 at `/v1/openapi-3.0.json` and, to read in a browser, at `/docs`. Call it before `app.init()`. */
export function serveOpenApi(app: NestFastifyApplication, version?: string): void {
  serveDocsPages(app.getHttpAdapter().getInstance(), app.get(ErrorStatuses));
  SwaggerModule.setup('docs', app, () => openApiOf(app, version), {
    jsonDocumentUrl: 'v1/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Carillon API',
  });
  let older: OpenAPIObject | undefined;
  app.getHttpAdapter().get('/v1/openapi-3.0.json', (_request: unknown, reply: FastifyReply) => {
    void reply.send((older ??= asOpenApi30(openApiOf(app, version))));
  });
}

/** A body whose schema has a default may be left out; Nest says of every body that it is required. */
function markOptionalBodies(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const operation of [item.post, item.put, item.patch]) {
      const body = operation?.requestBody as Body | undefined;
      if (Object.values(body?.content ?? {}).some(({ schema = {} }) => 'default' in resolved(schema, document)) && body)
        body.required = false;
    }
  }
}

function resolved(schema: object, { components }: OpenAPIObject): object {
  const name = '$ref' in schema ? /^#\/components\/schemas\/(.+)$/.exec(String(schema.$ref))?.[1] : undefined;
  return (name === undefined ? undefined : components?.schemas?.[name]) ?? schema;
}

/** The same document as OpenAPI 3.0.3, for tools that do not know 3.1: it says the same as far as 3.0 can. */
function asOpenApi30(document: OpenAPIObject): OpenAPIObject {
  return { ...(older(document) as OpenAPIObject), openapi: '3.0.3' };
}

function older(node: unknown, key = ''): unknown {
  if (Array.isArray(node)) return node.map((one) => (whatIsNoSchema.has(key) ? (one as unknown) : older(one)));
  if (typeof node !== 'object' || node === null) return node;
  const below = (value: object) =>
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, whatIsNoSchema.has(name) ? (one as unknown) : older(one, name)]));
  if (key === 'properties') return Object.fromEntries(Object.entries(node).map(([name, one]) => [name, older(one)]));
  return olderSchema(below(node));
}

function olderSchema(schema: Schema): Schema {
  const { type, const: only, examples, propertyNames: _names, ...rest } = schema;
  const own: Schema = type === undefined ? rest : { type, ...rest };
  if ('const' in schema) own['enum'] = [only];
  if (Array.isArray(examples)) own['example'] ??= (examples as unknown[])[0];
  else if (examples !== undefined) own['examples'] = examples;
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof own[exclusive] === 'number') Object.assign(own, { [bound]: own[exclusive], [exclusive]: true });
  }
  if (Array.isArray(type)) Object.assign(own, ofTypes(type as string[], own));
  return withoutNull(own);
}

function ofTypes(types: readonly string[], own: Schema): Schema {
  const real = types.filter((one) => one !== 'null');
  const isNullable = real.length < types.length;
  if (real.length === 1) return { type: real[0], ...(isNullable && { nullable: true }) };
  delete own['type'];
  return { anyOf: real.map((type) => ({ type })), ...(isNullable && { nullable: true }) };
}

/** `nullable` stands for a union with null; beside a reference it needs `allOf`, as siblings of `$ref` are ignored in 3.0. */
function withoutNull(schema: Schema): Schema {
  for (const key of ['anyOf', 'oneOf'] as const) {
    const members = schema[key] as Schema[] | undefined;
    if (!members?.some(({ type }) => type === 'null')) continue;
    const { [key]: _members, ...rest } = schema;
    const others = members.filter(({ type }) => type !== 'null');
    return { ...rest, [others.length === 1 ? 'allOf' : key]: others, nullable: true };
  }
  return schema;
}
