import jsonPatch, { type Operation } from 'fast-json-patch';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { generated, hashOf } from './generate.ts';
import { readKustomization, type Generator, type Kustomization, type Patch } from './kustomization.ts';
import type { Manifest } from './manifest.ts';
import { readYaml, readYamlFile } from './read-yaml.ts';
import { renamed } from './rename.ts';

interface Part {
  manifest: Manifest;
  /** A generated one whose name gets the hash of its content. */
  readonly isHashed: boolean;
}

/**
 * What `kubectl kustomize FOLDER` renders, for the fields of kustomize that k8s/ uses, so that manifests are checked on machines that have no
 * kubectl; where there is one, kustomize.spec.ts holds this against it.
 */
export function render(folder: string): readonly Manifest[] {
  const parts = accumulated(folder);
  const names = new Map<string, string>();
  for (const { manifest, isHashed } of parts)
    if (isHashed) names.set(`${manifest.kind} ${manifest.metadata.name}`, `${manifest.metadata.name}-${hashOf(manifest)}`);
  return parts.map(({ manifest }) => renamed(manifest, names));
}

function accumulated(folder: string): Part[] {
  const kustomization = readKustomization(folder);
  const parts = (kustomization.resources ?? []).flatMap((resource) => resourceParts(join(folder, resource)));
  for (const generator of kustomization.configMapGenerator ?? []) addGenerated(parts, 'ConfigMap', generator, folder);
  for (const generator of kustomization.secretGenerator ?? []) addGenerated(parts, 'Secret', generator, folder);
  for (const patch of kustomization.patches ?? []) applyPatch(parts, patch, folder);
  for (const { manifest } of parts) transform(manifest, kustomization);
  return parts;
}

function resourceParts(path: string): Part[] {
  if (statSync(path).isDirectory()) return accumulated(path);
  return readYaml(path).map((manifest) => ({ manifest: manifest as Manifest, isHashed: false }));
}

function addGenerated(parts: Part[], kind: 'ConfigMap' | 'Secret', generator: Generator, folder: string): void {
  const made = generated(kind, generator, folder);
  if (generator.behavior !== 'merge') {
    parts.push({ manifest: made, isHashed: generator.options?.disableNameSuffixHash !== true });
    return;
  }
  const base = parts.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === generator.name);
  if (!base) throw new Error(`${folder}: there is no ${kind} ${generator.name} to merge with`);
  base.manifest.data = { ...base.manifest.data, ...made.data };
}

function applyPatch(parts: readonly Part[], { path, target }: Patch, folder: string): void {
  const operations = readYamlFile(join(folder, path)) as Operation[];
  const isTarget = ({ kind, metadata: { name } }: Manifest) =>
    kind === target.kind && (target.name === undefined || new RegExp(`^(?:${target.name})$`).test(name));
  const targets = parts.filter(({ manifest }) => isTarget(manifest));
  if (targets.length === 0) throw new Error(`${folder}: ${path} patches nothing`);
  for (const part of targets) part.manifest = jsonPatch.applyPatch(part.manifest, operations, true, false).newDocument;
}

function transform(manifest: Manifest, { namespace, labels = [], images = [] }: Kustomization): void {
  if (namespace !== undefined && manifest.kind !== 'Namespace') manifest.metadata.namespace = namespace;
  const template = templateOf(manifest);
  for (const { pairs, includeTemplates } of labels) {
    const labelled = [manifest, ...(includeTemplates === true ? [template, ...claimsOf(manifest)] : [])];
    for (const { metadata } of labelled.filter((part) => part !== undefined)) metadata.labels = { ...metadata.labels, ...pairs };
  }
  for (const container of template?.spec.containers ?? []) {
    const image = images.find(({ name }) => name === container.image);
    if (image) container.image = `${image.newName}:${image.newTag}`;
  }
}

interface Template {
  readonly metadata: { labels?: Record<string, string> };
  readonly spec: { readonly containers: { image: string }[] };
}

function claimsOf({ spec }: Manifest): readonly Pick<Template, 'metadata'>[] {
  return (spec?.['volumeClaimTemplates'] as Template[] | undefined) ?? [];
}

function templateOf({ spec }: Manifest): Template | undefined {
  return spec?.['template'] as Template | undefined;
}
