import { existsSync, globSync, readFileSync } from 'node:fs';
import type { Source } from './sources.ts';

const pages = ['docs/reliability.md', ...globSync('docs/adr/*.md')];

/** What guards a promise is there: every source file that these pages name, by its path, its end or its name alone, exists. */
export function missingFiles(sources: readonly Source[]): string[] {
  return pages.flatMap((page) => {
    const named = new Set(readFileSync(page, 'utf8').match(/(?<![\w/@.-])[\w-]+(?:[/.][\w-]+)*\.ts\b/g));
    return [...named]
      .filter((name) => !existsSync(name) && !sources.some(({ path }) => path.endsWith(`/${name}`)))
      .map((name) => `${page} names ${name}, which is not there`);
  });
}
