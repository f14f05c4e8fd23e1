import type { Manifest } from './manifest.ts';

/** Where a manifest names a ConfigMap or Secret. */
const references: Readonly<Record<string, string>> = {
  configMapRef: 'ConfigMap',
  configMapKeyRef: 'ConfigMap',
  configMap: 'ConfigMap',
  secretRef: 'Secret',
  secretKeyRef: 'Secret',
};

/** The manifest with its own name, and the ConfigMaps and Secrets it names, as `names` (`Kind name` → new name) has them. */
export function renamed(manifest: Manifest, names: ReadonlyMap<string, string>): Manifest {
  const name = names.get(`${manifest.kind} ${manifest.metadata.name}`) ?? manifest.metadata.name;
  const walked = withReferences(manifest, names) as Manifest;
  return { ...walked, metadata: { ...walked.metadata, name } };
}

function withReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const kind = references[field];
      const walked = withReferences(inner, names);
      return [field, kind === undefined ? walked : referenceOf(walked as { readonly name: string }, kind, names)];
    }),
  );
}

function referenceOf<R extends { readonly name: string }>(reference: R, kind: string, names: ReadonlyMap<string, string>): R {
  return { ...reference, name: names.get(`${kind} ${reference.name}`) ?? reference.name };
}
