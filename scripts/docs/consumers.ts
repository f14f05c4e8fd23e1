import { services } from '#apps/carillon';
import { modulePartsOf } from '#libs/service';
import type { Type } from '@nestjs/common';
import { PATTERN_METADATA } from '@nestjs/microservices/constants.js';

interface Handler {
  readonly service: string;
  readonly type: string;
  /** The one topic that it reads; all of the contract's unless said. */
  readonly topic?: string;
  readonly about?: string;
}

/** Every handler of an event that a service registers with `@consumes`. */
export function consumers(): readonly Handler[] {
  const controllers = new Set(services.flatMap((service) => modulePartsOf(service).controllers));
  return [...controllers].flatMap(handlersOf).filter(({ about }) => about === undefined);
}

function handlersOf({ prototype }: Type): readonly Handler[] {
  return Object.values(Object.getOwnPropertyDescriptors(prototype as object)).flatMap(({ value }) =>
    typeof value === 'function' ? ((Reflect.getMetadata(PATTERN_METADATA, value as object) as Handler[] | undefined) ?? []) : [],
  );
}
