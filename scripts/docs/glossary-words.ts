import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isTest, type Source } from './sources.ts';

const glossary = 'docs/glossary.md';
const plainWords = '## Words of the trade';

/**
 * What a source file is named after, the last word of its name (`plan-slice.ts`: slice), is a word of the glossary: of its tables, or of its list of words
 * that mean here what they mean everywhere.
 */
export function wordsWithoutMeaning(sources: readonly Source[]): string[] {
  const known = knownWords(readFileSync(glossary, 'utf8'));
  return sources
    .filter((source) => /^(apps|libs)\/[^/]+\/src\//.test(source.path) && !isTest(source))
    .flatMap(({ path }) => {
      const word = nounOf(path);
      return known.has(singular(word)) ? [] : [`${path} is named after "${word}", which ${glossary} does not have`];
    });
}

function nounOf(path: string): string {
  const [name = ''] = basename(path, '.ts').split('.');
  return name.split('-').at(-1) ?? name;
}

function knownWords(text: string): ReadonlySet<string> {
  const [tables = '', list = ''] = text.split(plainWords);
  const terms = [...tables.matchAll(/^\| ([^|]+) \|/gm)].map(([, term = '']) => term);
  return new Set(
    [...terms, list]
      .join(' ')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .map(singular),
  );
}

/** Good enough for the nouns of file names: it maps both numbers of a word to one. */
function singular(word: string): string {
  return word
    .replace(/ies$/, 'y')
    .replace(/(ch|ss|us)es$/, '$1')
    .replace(/(?<![su])s$/, '');
}
