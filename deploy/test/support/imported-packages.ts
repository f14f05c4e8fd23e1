import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const importing = /^(?:import|export)\s(?!type\b)[^;']*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

/** Packages that a program imports when it starts, itself or by what it imports of ours; types are not imported. With one file that does, for each. */
export function importedPackages(program: string): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from, bare, later] of readFileSync(file, 'utf8').matchAll(importing)) {
      const name = from ?? bare ?? later ?? '';
      const own = ownFile(name, file);
      if (own !== undefined) visit(own);
      else if (!name.startsWith('node:')) packages.set(packageOf(name), file);
    }
  };
  visit(program);
  return packages;
}

/** The source behind a specifier of ours, as package.json's `imports` has it. */
function ownFile(specifier: string, importer: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(importer), specifier);
  const [kind, name = ''] = specifier.split('/');
  if (kind === '#libs') return `libs/${name}/src/index.ts`;
  return kind === '#apps' ? `apps/${name}/src/${name}.module.ts` : undefined;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
