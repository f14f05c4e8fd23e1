import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { serveDocsPages } from './docs-pages.ts';
import type { FastifyReply } from 'fastify';
import { ErrorStatuses } from '../errors/error-statuses.ts';
import { convertSchema } from './schema-converter.ts';
import { spreadBodies } from './documented-body.ts';
import { asOpenApi30 } from './open-api-3-0.ts';
import { markOptionalBodies } from './optional-bodies.ts';
import { makeSchemasPlain } from './plain-schemas.ts';
import { addProblems } from './usual-problems.ts';

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
