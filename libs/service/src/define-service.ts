import type { DynamicModule } from '@nestjs/common';
import type { z } from 'zod';

/** A part of the platform that can run alone or beside others in one process. */
export interface Service<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** What can be set, with defaults; a property's comment for docs/settings.md stands in `.meta({ description })`. */
  readonly settings: S;
  /** The composition root: the only place where ports meet adapters. */
  module(settings: z.output<S>): DynamicModule;
}

/** Declares a service; `serve(env, service, …)` runs it. */
export function defineService<S extends z.ZodObject>(service: Service<S>): Service<S> {
  return service;
}
