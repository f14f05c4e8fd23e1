import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../../src/providers/outcome.ts';

/** What is said, what comes of it, and what should; by the row of the documentation that says so. */
export type Examples = readonly (readonly [said: string, actual: Outcome | (() => Outcome | Promise<Outcome>), expected: object])[];

const page = readFileSync(join(import.meta.dirname, '../../../../docs/providers.md'), 'utf8');

/** A test for each row of the table of answers below a heading of docs/providers.md, named after it; and one that there is no row without a test. */
export function answersAsDocumented(heading: string, rows: Readonly<Record<string, Examples>>): void {
  const documented = documentedRows(heading);

  it(`${heading}: each row has its test`, () => {
    expect(Object.keys(rows).toSorted()).toEqual([...documented.keys()].toSorted());
  });

  const tests = Object.entries(rows).flatMap(([row, examples]) => examples.map(([said, ...rest]) => [row, said, ...rest] as const));
  it.each(tests)('%s: %s', async (row, _, actual, expected) => {
    const outcome = typeof actual === 'function' ? await actual() : actual;

    expect(outcome).toEqual(expected);
    expect(documented.get(row)).toContain(outcome.kind);
  });
}

/** The words for outcomes in the last cell of each row, by all cells before it: `400 BadDeviceToken`. */
function documentedRows(heading: string): ReadonlyMap<string, readonly string[]> {
  const [, section = ''] = page.split(`### ${heading}\n`);
  const [text = ''] = section.split('\n#');
  const [, , ...lines] = text.split('\n').filter((line) => line.startsWith('|'));
  return new Map(
    lines.map((line) => {
      const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()); // prettier-ignore
      const outcomes = (cells.at(-1) ?? '').match(/`[a-z_]+`|\bunknown\b/g) ?? [];
      return [cells.slice(0, -1).join(' ').trim().replaceAll('`', ''), outcomes.map((word) => word.replaceAll('`', ''))];
    }),
  );
}
