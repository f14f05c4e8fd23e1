import type { FastifyInstance } from 'fastify';
import { rulesIn } from '../keys/key-rules.ts';

interface KnownPath {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
  readonly sdkMethods: Set<string>;
}

/** The paths of one HTTP server; they tell 405 from 404. */
export class KnownRoutes {
  readonly #paths = new Map<string, KnownPath>();
  readonly #sdkMethods = new Map<string, readonly string[]>();

  /** Learns every route registered from now on. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method, config }) => {
      const path = this.#paths.get(url) ?? { segments: url.split('/'), methods: new Set<string>(), sdkMethods: new Set<string>() };
      this.#paths.set(url, path);
      for (const one of [method].flat()) {
        path.methods.add(one);
        const kinds = rulesIn(config)?.kinds;
        if (kinds === 'public' || kinds?.includes('sdk') === true) path.sdkMethods.add(one);
      }
    });
  }

  /** The methods that a path as sent takes, sorted; none for a path that no route has. */
  methodsOf(url: string): readonly string[] {
    return this.#found(url, (path) => path.methods);
  }

  /** Those of them that an sdk key may call, or anybody. */
  sdkMethodsOf(url: string): readonly string[] {
    return this.#found(url, (path) => path.sdkMethods);
  }

  /** The same of a route's template, found out once. */
  sdkMethodsOfRoute(route: string): readonly string[] {
    let methods = this.#sdkMethods.get(route);
    if (!methods) this.#sdkMethods.set(route, (methods = this.sdkMethodsOf(route)));
    return methods;
  }

  #found(url: string, methodsOf: (path: KnownPath) => ReadonlySet<string>): string[] {
    const segments = (url.split('?', 1)[0] ?? '').split('/').map(decoded);
    const methods = [...this.#paths.values()].filter((path) => matches(path.segments, segments)).flatMap((path) => [...methodsOf(path)]);
    return [...new Set(methods)].sort();
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.includes('*')) return false; // a catch-all says nothing about a path
  return (
    pattern.length === segments.length &&
    pattern.every((step, index) => (step.startsWith(':') ? segments[index] !== '' : step === segments[index]))
  );
}

/** As the router reads it: `%61pps` is `apps`. What cannot be decoded is no path of ours. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
