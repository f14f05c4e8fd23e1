import type { DynamicModule, ModuleMetadata, Provider, Type } from '@nestjs/common';
import type { Service } from './define-service.ts';
import type { Runtime } from './runtime-environment.ts';

/** What a service hands to Nest. */
export interface ModuleParts {
  readonly controllers: readonly Type[];
  readonly providers: readonly Provider[];
}

type ModuleLike = DynamicModule | Type;

/** Controllers and providers of a service and of every module it imports, with all settings at their defaults; nothing is built or opened. */
export function modulePartsOf({ settings, module }: Pick<Service, 'settings' | 'module'>, runtime: Runtime = 'embedded'): ModuleParts {
  const seen = new Set<ModuleLike>();
  const controllers: Type[] = [];
  const providers: Provider[] = [];
  const take = (part: ModuleLike): void => {
    if (seen.has(part)) return;
    seen.add(part);
    const given = 'module' in part ? part : undefined;
    const type = given?.module ?? (part as Type);
    const declared = declaredOf(type);
    controllers.push(...(declared.controllers ?? []), ...(given?.controllers ?? []));
    providers.push(...(declared.providers ?? []), ...(given?.providers ?? []));
    for (const inner of [...(declared.imports ?? []), ...(given?.imports ?? [])]) if (isModule(inner)) take(inner);
  };
  take(module(settings.parse({}), runtime));
  return { controllers, providers };
}

/** What `@Module({ … })` says. */
function declaredOf(type: Type): ModuleMetadata {
  const entries = (['controllers', 'providers', 'imports'] as const).map((what) => [what, Reflect.getMetadata(what, type) as unknown]);
  return Object.fromEntries(entries) as ModuleMetadata;
}

function isModule(part: unknown): part is ModuleLike {
  return typeof part === 'function' || (typeof part === 'object' && part !== null && 'module' in part);
}
