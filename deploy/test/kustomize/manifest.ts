/** An object of the cluster, as its YAML says it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
  type?: string;
}

/** A manifest of a kind whose model is known; that its `spec` fits is what schemas.spec.ts checks. */
export type ManifestOf<Model extends { readonly spec?: object }> = Manifest & { readonly spec: NonNullable<Model['spec']> };

/** `Deployment carillon-api` */
export function titleOf({ kind, metadata: { name } }: Manifest): string {
  return `${kind} ${name}`;
}

export function compareTitles(a: Manifest, b: Manifest): number {
  return titleOf(a) < titleOf(b) ? -1 : 1;
}
