import type { ExecutionContext, Type } from '@nestjs/common';
import { CUSTOM_ROUTE_ARGS_METADATA, HTTP_CODE_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify';
import { KeyMissing } from '../keys/key-errors.ts';
import { refuseUnasked } from '../validation/unasked-guard.ts';
import { validated } from '../validation/validation-pipe.ts';
import { callOf } from './call.ts';
import { addToRouteConfig } from './route-settings.ts';

const DIRECT = 'direct';

/** A method of a controller. */
interface Place {
  readonly controller: Type;
  readonly method: string;
}

/** What Nest's decorators have written down of one parameter. */
interface ParameterFacts {
  readonly index: number;
  readonly data?: unknown;
  readonly schema?: StandardSchemaV1;
  readonly factory?: (data: unknown, context: ExecutionContext) => unknown;
}

type Reader = (request: FastifyRequest, reply: FastifyReply, context: ExecutionContext) => unknown;

/**
 * For a method that is called more than all others together: Fastify calls it straight, without Nest's way through guards, pipes and interceptors, which asks for
 * the same metadata and makes a promise for each of them with every call. What the decorators of its parameters say holds as elsewhere, with the same checks and
 * the same errors; the method needs a key, answers an object, and takes nothing but `@Param`, `@Body`, `@Res({ passthrough: true })` and decorators of ours.
 */
export function Direct(): MethodDecorator {
  return (target, method, descriptor) => {
    const place: Place = { controller: target.constructor as Type, method: String(method) };
    addToRouteConfig(descriptor.value as object, { [DIRECT]: place });
  };
}

/** Concerns routes that are added from now on. */
export function callDirectly(fastify: FastifyInstance, instanceOf: (controller: Type) => object): void {
  fastify.addHook('onRoute', (route) => {
    const { [DIRECT]: place } = (route.config ?? {}) as { readonly [DIRECT]?: Place };
    if (place) route.handler = handlerOf(place, statusOf(place, route), instanceOf);
  });
}

function handlerOf({ controller, method }: Place, status: number, instanceOf: (controller: Type) => object): RouteHandlerMethod {
  const facts = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Readonly<Record<string, ParameterFacts>>;
  // In Nest's own order, which decides whose error it is where several do not hold.
  const parameters = Object.entries(facts).map(([name, parameter]) => ({ index: parameter.index, read: readerOf(name, parameter) }));
  const taken = { takesQuery: false, takesBody: Object.keys(facts).some((name) => name.startsWith(`${RouteParamtypes.BODY}:`)) };
  let instance: Record<string, (...values: unknown[]) => Promise<unknown>> | undefined;
  return async (request, reply) => {
    instance ??= instanceOf(controller) as NonNullable<typeof instance>;
    const handler = instance[method] as (...values: unknown[]) => Promise<unknown>;
    const principal = callOf(request.raw)?.principal;
    if (!principal) throw new KeyMissing();
    refuseUnasked(request, principal.kind, taken);
    const context = new ExecutionContextHost([request, reply], controller, handler);
    const values: unknown[] = [];
    for (const { index, read } of parameters) values[index] = read(request, reply, context);
    reply.status(status);
    return handler.apply(instance, values);
  };
}

function readerOf(name: string, { data, schema, factory }: ParameterFacts): Reader {
  const checks = schema && { schema };
  if (name.includes(CUSTOM_ROUTE_ARGS_METADATA) && factory) return (_request, _reply, context) => factory(data, context);
  const part = name.split(':')[0];
  if (part === String(RouteParamtypes.RESPONSE)) return (_request, reply) => reply;
  if (part === String(RouteParamtypes.BODY)) return ({ body }) => validated(body, { type: 'body', ...checks });
  if (part !== String(RouteParamtypes.PARAM)) throw new Error(`A direct route has no parameter of the kind ${name}`);
  const place = { type: 'param', data: String(data), ...checks } as const;
  return ({ params }) => validated((params as Record<string, unknown>)[place.data], place);
}

function statusOf({ controller, method }: Place, route: RouteOptions): number {
  const handler = (controller.prototype as Record<string, object>)[method] ?? {};
  const status = Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined;
  return status ?? (route.method === 'POST' ? 201 : 200);
}
