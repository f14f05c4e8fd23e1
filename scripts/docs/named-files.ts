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

/** Each app and lib says in a README what it is, what it promises and where to begin; the files and folders that it names are there. */
export function readmeProblems(): string[] {
  return globSync(['apps/*', 'libs/*']).flatMap((folder) => {
    const readme = `${folder}/README.md`;
    if (!existsSync(readme)) return [`${folder} has no README.md`];
    const named = readFileSync(readme, 'utf8').match(/(?<=`)(?:src|test)\/[\w./-]+(?=`)/g) ?? [];
    return named.filter((path) => !existsSync(`${folder}/${path}`)).map((path) => `${readme} names ${path}, which is not there`);
  });
}
