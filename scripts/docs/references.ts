import { existsSync, readFileSync } from 'node:fs';
import type { Source } from './sources.ts';

const references = [
  {
    page: 'docs/providers.md',
    pattern: /\bproviders\.md,? (\d+(?:\.\d+)?)/g,
    heading: (number: string) => new RegExp(`^#+ ${number.replace('.', '\\.')}\\.? `, 'm'),
  },
  {
    page: 'docs/correctness.md',
    pattern: /\bcorrectness(?:\.md)?,? (P\d|Numbers|S\d)\b/g,
    heading: (name: string) => new RegExp(`^#+ ${name}\\b`, 'm'),
  },
  { page: 'docs/targeting.md', pattern: /\btargeting\.md,? (\d+)/g, heading: (number: string) => new RegExp(`^#+ ${number}\\. `, 'm') },
] as const;

/** Comments that name a section of a document name one that is there. */
export function brokenReferences(sources: readonly Source[]): string[] {
  return references.flatMap(({ page, pattern, heading }) => {
    const text = existsSync(page) ? readFileSync(page, 'utf8') : '';
    return sources.flatMap(({ path, text: code }) =>
      [...code.matchAll(pattern)]
        .filter(([, name = '']) => !heading(name).test(text))
        .map(([words]) => `${path} speaks of "${words}", which ${page} does not have`),
    );
  });
}
