import { join } from 'node:path';
import { readYamlFile } from './read-yaml.ts';

export interface Generator {
  readonly name: string;
  readonly behavior?: 'create' | 'merge';
  readonly envs?: readonly string[];
  readonly literals?: readonly string[];
  readonly options?: { readonly disableNameSuffixHash?: boolean };
}

export interface Patch {
  readonly path: string;
  /** `name` is a regular expression for the whole of it. */
  readonly target: { readonly kind: string; readonly name?: string };
}

export interface Kustomization {
  readonly namespace?: string;
  readonly resources?: readonly string[];
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>>; readonly includeTemplates?: boolean }[];
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
  readonly patches?: readonly Patch[];
  readonly configMapGenerator?: readonly Generator[];
  readonly secretGenerator?: readonly Generator[];
}

const known = new Set('apiVersion kind namespace resources labels images patches configMapGenerator secretGenerator'.split(' '));

/** The file of a folder. Throws on what `render` does not do, so that it never renders something else than kustomize would. */
export function readKustomization(folder: string): Kustomization {
  const read = readYamlFile(join(folder, 'kustomization.yaml')) as Kustomization;
  const unknown = Object.keys(read).filter((field) => !known.has(field));
  if (unknown.length > 0) throw new Error(`${folder}: the renderer of these tests does not know ${unknown.join(', ')}`);
  return read;
}
