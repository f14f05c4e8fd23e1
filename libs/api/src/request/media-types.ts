import { isJson, isUtf8Text, mediaTypeOf } from '#libs/kernel';
import { applyDecorators } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { MediaTypeUnsupported } from '../errors/http-errors.ts';
import { addToRouteConfig } from './route-settings.ts';

const TYPES = 'mediaTypes';
const usual = ['application/json'] as const;
const events = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'] as const;
const eventsUrl = '/v1/events';

/** The media types of the call's body, where `application/json` is not all. */
export function Consumes(...types: readonly string[]): MethodDecorator {
  return applyDecorators(ApiConsumes(...types), (_target: object, _key: string | symbol, { value }: PropertyDescriptor) => {
    addToRouteConfig(value as object, { [TYPES]: types });
  });
}

/**
 * 415 for a body under a type that the call does not take, or in another charset than UTF-8, with those that it takes (`Accept`): a JSON Patch that was read as the document
 * itself would mean something else. A call without a body may say what it likes.
 */
export function refuseOtherMediaTypes(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (!hasBody(request.headers)) delete request.headers['content-type'];
    else if (!isTaken(request)) {
      done(new MediaTypeUnsupported(typesOf(request)));
      return;
    }
    done(null, payload);
  });
}

/**
 * Events in binary mode carry any type of JSON, such as `application/vnd.shop+json`, or none at all (an empty one counts as none), which is JSON, too: their bodies are parsed as every
 * JSON is. The header as it came stays in `rawHeaders`, where events are read from.
 */
export function takeEventsOfAnyJson(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (isOfEvents(request)) request.headers['content-type'] = 'application/json';
    done(null, payload);
  });
}

/** Whether the headers announce a body. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['content-length'] !== '0' && (headers['content-length'] ?? headers['transfer-encoding']) !== undefined;
}

function isTaken(request: FastifyRequest): boolean {
  const type = request.headers['content-type']?.trim() ?? '';
  if (type === '') return isOfEvents(request) && Object.keys(request.headers).some((name) => name.startsWith('ce-'));
  const media = mediaTypeOf(type);
  if (!media || !isUtf8Text(media)) return false;
  return isOfEvents(request) ? isJson(media) : typesOf(request).includes(media.essence);
}

function isOfEvents({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === eventsUrl;
}

function typesOf(request: FastifyRequest): readonly string[] {
  if (isOfEvents(request)) return events;
  return (request.routeOptions.config as { readonly [TYPES]?: readonly string[] } | undefined)?.[TYPES] ?? usual;
}
