import type { SealedDocuments } from '#libs/access';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import type { MongoCollection } from '#libs/storage';
import type { z } from 'zod';
import type { Announcer } from './announcer.ts';
import type { Runtime } from './runtime-environment.ts';

/** A part of the platform that can run alone or beside others in one process. */
export interface Service<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** What can be set, with defaults; `.meta({ description })` of each setting goes into docs/settings.md. */
  readonly settings: S;
  /** Collections of MongoDB that the service uses, beside those that every process has. */
  readonly collections?: readonly MongoCollection[];
  /** Where it keeps sealed texts, beside credentials: a rotation of the master key seals them anew. */
  readonly sealed?: readonly SealedDocuments[];
  /** The composition root: the only place where ports meet the adapters of a runtime. */
  module(settings: z.output<S>, runtime: Runtime): DynamicModule;
  /** With `--restored`, for a start from a backup: what has to be held before anything is consumed or answered. */
  restored?(app: INestApplicationContext, announcer: Announcer): Promise<void>;
  /** Work for the moment when the process answers HTTP at `url`, before it says that it is ready; it may add lines to what the start prints. */
  started?(app: INestApplicationContext, settings: z.output<S>, announcer: Announcer, url: string): Promise<void>;
}

/** Declares a service; `serve(env, service, …)` runs it. */
export function defineService<S extends z.ZodObject>(service: Service<S>): Service<S> {
  return service;
}
