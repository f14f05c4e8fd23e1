import type { FastifyRequest } from 'fastify';
import { addToRouteConfig, routeConfigOf } from '../request/route-settings.ts';

/** Who may call a route, decided from the headers alone. */
export interface KeyRules {
  readonly kinds: readonly string[] | 'public';
  readonly appMayBeNew: boolean;
}

const strictest: KeyRules = { kinds: ['admin'], appMayBeNew: false };
const RULES = 'keyRules';
const whole = new WeakMap<object, KeyRules>();

/**
 * Writes rules to the route's Fastify config, where a hook finds them before the body is read: Nest's guards run after it. On a class they hold for each
 * of its own methods that says nothing else.
 */
export function keyRules(rules: Partial<KeyRules>): MethodDecorator & ClassDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (descriptor) write(descriptor.value as object, (own) => ({ ...own, ...rules }));
    else for (const method of methodsOf(target as NewableFunction)) write(method, (own) => ({ ...rules, ...own }));
  };
}

/** The rules of the route that a request was given to; undefined where it says nothing, as the pages of the API's documentation do. */
export function rulesOf({ routeOptions }: FastifyRequest): KeyRules | undefined {
  return rulesIn(routeOptions.config);
}

/** The same, of a route's config. */
export function rulesIn(config: unknown): KeyRules | undefined {
  const rules = (config as { readonly [RULES]?: Partial<KeyRules> } | undefined)?.[RULES];
  if (!rules) return undefined;
  const known = whole.get(rules);
  if (known) return known;
  const made = { ...strictest, ...rules };
  whole.set(rules, made);
  return made;
}

/** What a controller's route without a word of its own means. */
export const defaultRules = strictest;

function write(method: object, change: (own: Partial<KeyRules>) => Partial<KeyRules>): void {
  const { [RULES]: own = {} } = routeConfigOf(method) as { readonly [RULES]?: Partial<KeyRules> };
  addToRouteConfig(method, { [RULES]: change(own) });
}

function methodsOf({ prototype }: NewableFunction): object[] {
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(prototype as object));
  return descriptors.flatMap(([name, { value }]) => (name !== 'constructor' && typeof value === 'function' ? [value as object] : []));
}
