import { globSync, readFileSync } from 'node:fs';

/** A source file of the platform, by its path from the root of the repository. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** All that is compiled, tests included, in a stable order. */
export function allSources(): readonly Source[] {
  return globSync('{apps,libs,scripts,bench}/**/*.ts')
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

export function isTest({ path }: Source): boolean {
  return /\.(spec|contract|long)\.ts$|\/test\//.test(path);
}

/** `apps/campaign/src/…` → `campaign`, `libs/registry/src/…` → `libs/registry`. */
export function ownerOf({ path }: Source): string {
  const [kind = '', name = ''] = path.split('/');
  return kind === 'apps' ? name : `${kind}/${name}`;
}
