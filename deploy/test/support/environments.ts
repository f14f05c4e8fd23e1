import type { Manifest } from '../kustomize/manifest.ts';
import { render } from '../kustomize/render.ts';

/** Every folder that is applied as it is, and the base that they stand on. */
export const environments = ['k8s/base', 'k8s/overlays/dev', 'k8s/overlays/production'] as const;
export const overlays = ['k8s/overlays/dev', 'k8s/overlays/production'] as const;
export type Environment = (typeof environments)[number];

const rendered = new Map<Environment, readonly Manifest[]>();

/** All objects of an environment. */
export function objectsOf(folder: Environment): readonly Manifest[] {
  const known = rendered.get(folder) ?? render(folder);
  rendered.set(folder, known);
  return known;
}

/** The objects of a kind. What their `spec` holds is the caller's word, which schemas.spec.ts has checked. */
export function ofKind(folder: Environment, kind: string): readonly Manifest[] {
  return objectsOf(folder).filter((manifest) => manifest.kind === kind);
}
