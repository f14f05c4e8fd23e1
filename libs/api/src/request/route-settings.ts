import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';

/** What Fastify shall know about a handler's route, for hooks that run before Nest. */
export function routeConfigOf(handler: object): Readonly<Record<string, unknown>> {
  return (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) ?? {}) as Readonly<Record<string, unknown>>;
}

/** Adds to it; what is there stays. */
export function addToRouteConfig(handler: object, more: Readonly<Record<string, unknown>>): void {
  RouteConfig({ ...routeConfigOf(handler), ...more })(handler as NewableFunction);
}
