import { services } from '#apps/carillon';
import { modulePartsOf } from '#libs/service';
import type { Type } from '@nestjs/common';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { ManifestOf } from './kustomize/manifest.ts';
import { overlays, ofKind } from './support/environments.ts';

interface Route {
  readonly path: string;
  readonly kinds: readonly string[];
}

const kindsOf = (target: object) =>
  (Reflect.getMetadata('swagger/apiExtension', target) as Record<string, readonly string[]> | undefined)?.['x-key-kinds'];
const pathOf = (target: object) => (Reflect.getMetadata('path', target) as string | undefined) ?? '';

/** Every call of the API, with the kinds of keys that its guard, and therefore the OpenAPI document, names. */
function routes(): readonly Route[] {
  const controllers = new Set(services.flatMap((service) => modulePartsOf(service).controllers));
  return [...controllers].flatMap((controller) => methodsOf(controller).map((method) => routeOf(controller, method)));
}

function methodsOf({ prototype }: Type): readonly object[] {
  return Object.values(Object.getOwnPropertyDescriptors(prototype as object)).flatMap(({ value }) =>
    typeof value === 'function' && Reflect.hasMetadata('method', value as object) ? [value as object] : [],
  );
}

function routeOf(controller: Type, method: object): Route {
  const path = [controller, method].map(pathOf).filter((part) => part !== '' && part !== '/');
  return { path: `/${path.join('/')}`, kinds: kindsOf(method) ?? kindsOf(controller) ?? [] };
}

/** `/v1/apps/:app/sends` as the Ingress writes it. */
function patternOf({ path }: Route): string {
  return `${path.replace(/:\w+/g, '[^/]+')}$`;
}

describe.each(overlays)('the Ingresses of %s', (folder) => {
  const ingresses = ofKind(folder, 'Ingress') as readonly ManifestOf<IIngress>[];
  const pathsOf = (name: string) =>
    (ingresses.find((ingress) => ingress.metadata.name === name)?.spec.rules ?? []).flatMap(({ http }) => http?.paths ?? []);

  it('open to the world what the SDK in an app may call, and nothing else', () => {
    const forSdks = new Set(
      routes()
        .filter(({ path, kinds }) => kinds.includes('sdk') || (kinds.length === 0 && path.startsWith('/v1/apps/')))
        .map(patternOf),
    );

    expect(forSdks.size).toBeGreaterThan(5);
    expect(
      pathsOf('carillon-public')
        .map(({ path }) => path)
        .sort(),
    ).toEqual([...forSdks].sort());
    expect(new Set(pathsOf('carillon-public').map(({ pathType }) => pathType))).toEqual(new Set(['ImplementationSpecific']));
  });

  it('tell the usual controllers that these paths are regular expressions', () => {
    const { annotations } = ingresses.find(({ metadata: { name } }) => name === 'carillon-public')?.metadata ?? {};

    expect(annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/use-regex': 'true',
      'nginx.org/path-regex': 'case_sensitive',
      'haproxy-ingress.github.io/path-type': 'regex',
    });
  });

  it('open everything on the internal host alone', () => {
    expect(pathsOf('carillon-internal')).toMatchObject([{ path: '/', pathType: 'Prefix' }]);
    const hosts = ingresses.map(({ spec }) => spec.rules?.map(({ host }) => host).join());
    expect(new Set(hosts).size).toBe(ingresses.length);
    expect(ingresses.every(({ spec }) => spec.tls?.length === 1)).toBe(true);
  });
});
