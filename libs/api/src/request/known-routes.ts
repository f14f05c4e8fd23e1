import type { FastifyInstance } from 'fastify';

interface KnownPath {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** The paths of one HTTP server; they tell 405 from 404. */
export class KnownRoutes {
  readonly #paths = new Map<string, KnownPath>();

  /** Learns every route registered from now on. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      const path = this.#paths.get(url) ?? { segments: url.split('/'), methods: new Set<string>() };
      this.#paths.set(url, path);
      for (const one of [method].flat()) path.methods.add(one);
    });
  }

  /** The methods that a path as sent takes, sorted; none for a path that no route has. */
  methodsOf(url: string): readonly string[] {
    const segments = (url.split('?', 1)[0] ?? '').split('/');
    const methods = [...this.#paths.values()].filter((path) => matches(path.segments, segments)).flatMap((path) => [...path.methods]);
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
