import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { serveDocsPages } from './docs-pages.ts';
import { ErrorStatuses } from '../errors/error-statuses.ts';
import { convertSchema } from './schema-converter.ts';
import { markOptionalBodies } from './optional-bodies.ts';
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
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key of kind admin, server or sdk' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: convertSchema,
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  markOptionalBodies(document);
  addProblems(document, app.get(ErrorStatuses));
  return document;
}

/** Serves the document at `/v1/openapi.json` and, to read in a browser, at `/docs`. Call it before `app.init()`. */
export function serveOpenApi(app: NestFastifyApplication, version?: string): void {
  serveDocsPages(app.getHttpAdapter().getInstance(), app.get(ErrorStatuses));
  SwaggerModule.setup('docs', app, () => openApiOf(app, version), {
    jsonDocumentUrl: 'v1/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Carillon API',
  });
}
