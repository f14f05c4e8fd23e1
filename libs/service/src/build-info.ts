import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version in package.json, found upwards from this file, wherever it was compiled to. */
export const version: string = versionAbove(import.meta.dirname);

function versionAbove(folder: string): string {
  try {
    const { name, version: found } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string };
    if (name === 'carillon' && found !== undefined) return found;
  } catch {
    // no package.json here: it stands further up
  }
  const parent = dirname(folder);
  return parent === folder ? 'unknown' : versionAbove(parent);
}
