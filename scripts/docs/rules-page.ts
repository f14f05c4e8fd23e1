import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { markdown, type Page } from './document.ts';
import { isTest, type Source } from './sources.ts';

const path = 'docs/registration-rules.md';
const rule = /^- \*\*(R\d+a?)\*\* _(built|in part|later)_ — /;
const tested = /^ {2}(?:Tested in|Not tested yet)/;

/** docs/registration-rules.md: written by hand, but for the line under each rule that names its tests. */
export async function rulesPage(sources: readonly Source[]): Promise<Page> {
  const tests = sources.filter(isTest);
  const problems: string[] = [];
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => !tested.test(line))
    .flatMap((line) => {
      const [, number = '', state] = rule.exec(line) ?? [];
      if (state === undefined) return [line];
      const proofs = tests.flatMap((source) => proofIn(number, source));
      if (proofs.length === 0 && state !== 'later') problems.push(`${path}: ${number} is ${state}, but no test has its number in its name`);
      return proofs.length === 0 ? [line] : [line, `  Tested in ${proofs.join('; ')}.`];
    });
  return { documents: [await markdown(path, [lines.join('\n')])], problems: [...problems, ...unknownRules(lines, sources)] };
}

/** The file with the names of its tests that have the number; none where it has no such test. */
function proofIn(number: string, source: Source): string[] {
  const names = testsOf(number, source);
  if (names.length === 0) return [];
  const [first, ...others] = names;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return [`[${basename(source.path, '.ts')}](../${source.path}) \`${first}\`${more}`];
}

/** Numbers in the names of tests, ranges such as `R22–R27` included; a range over a whole suite proves nothing of each. */
function testsOf(number: string, { text }: Source): readonly string[] {
  const calls = [...text.matchAll(/\b(describe|it|test)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\\.|(?!\2)[\s\S])*?)\2,/g)];
  const rows = [...text.matchAll(/^\s*\[\s*'(R\d+a?)'/gm)].filter(([, row]) => row === number).map(() => `a row ${number}`);
  const named = calls.filter(([, kind, , name = '']) => numbersIn(name, kind !== 'describe').has(number));
  return [...named.map(([, , , name = '']) => shown(name)), ...rows.slice(0, 1)];
}

/** The name as a code span: what is filled in is left open. */
function shown(name: string): string {
  return name
    .replaceAll(/\$\{[^}]*\}/g, '…')
    .replaceAll('\\', '')
    .replaceAll('`', "'")
    .replaceAll(/\s+/g, ' ');
}

function numbersIn(name: string, withRanges: boolean): ReadonlySet<string> {
  const ranges = [...name.matchAll(/\bR(\d+)\s*(?:–|-|to)\s*R(\d+)\b/g)];
  if (!withRanges && ranges.length > 0) return new Set();
  const numbers = new Set([...name.matchAll(/\bR\d+a?\b/g)].map(([number]) => number));
  for (const [, from, through] of ranges) for (let number = Number(from); number <= Number(through); number += 1) numbers.add(`R${number}`);
  return numbers;
}

function unknownRules(lines: readonly string[], sources: readonly Source[]): string[] {
  const known = new Set(lines.flatMap((line) => rule.exec(line)?.[1] ?? []));
  const code = sources.filter(({ path: file }) => !file.startsWith('scripts/'));
  return code.flatMap((source) =>
    [...numbersIn(source.text, true)]
      .filter((number) => !known.has(number))
      .map((number) => `${source.path} speaks of ${number}, which ${path} does not know`),
  );
}
