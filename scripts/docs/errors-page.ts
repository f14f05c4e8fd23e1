import { ATTEMPT_WORDS, EXPLANATION_WORDS, OUTCOME_WORDS, STATE_WORDS, SUPPRESSION_WORDS, settingOf } from '#libs/sends';
import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { code, generatedNotice, markdown, table, type Page } from './document.ts';
import { errorCodes, type ErrorCode } from './error-codes.ts';
import { isTest, type Source } from './sources.ts';

interface ErrorText {
  readonly when: string;
  readonly do: string;
}

/** docs/errors.json: what people write; everything else comes from the code. */
interface ErrorTexts {
  readonly http: Readonly<Record<string, ErrorText>>;
  readonly start: Readonly<Record<string, ErrorText>>;
  readonly events: Readonly<Record<string, ErrorText>>;
  readonly simulator: Readonly<Record<string, ErrorText>>;
  readonly deadLetters: Readonly<Record<string, string>>;
}

const file = 'docs/errors.json';

const introduction = `# Errors

An answer that is not a success is a problem document (RFC 9457, \`application/problem+json\`) with a stable \`code\`: build on the code, never on the words.
\`errors\` lists every problem of the body at once, each with a JSON Pointer: at most a hundred, names that callers made up cut with \`…\`;
\`more\` counts the others. No answer to a refused request is longer than 64 KiB or four times the request; a short request may have 8 KiB. \`traceId\` names the request in the log. Statuses 429 and 503 carry \`Retry-After\`.

The texts stand in \`docs/errors.json\`; codes and statuses come from the code.`;

/** docs/errors.md. */
export async function errorsPage(sources: readonly Source[]): Promise<Page> {
  const texts = JSON.parse(readFileSync(file, 'utf8')) as ErrorTexts;
  const codes = errorCodes(sources);
  const page = await markdown('docs/errors.md', [
    generatedNotice,
    introduction,
    '## Answers',
    ...codes.filter(({ status }) => status !== undefined).flatMap((known) => entryOf(known, texts.http[known.code])),
    '## Why a process does not start',
    ...listOf(texts.start),
    '## In verdicts, dead letters and logs',
    'Codes that no answer has as its own: they stand in the verdict on an event, in a dead letter, or in the log.',
    ...listOf(texts.events),
    '## Simulators',
    'Said by the control interface of the simulators alone.',
    ...listOf(texts.simulator),
    '## Dead letters',
    'A dead letter has the code of the error that ended it, one of those above, or one of these:',
    oneLiners(texts.deadLetters),
    '## Outcomes',
    'What became of a message, in `outcomes` of a send, in its results and in explanations. A skipped message has one of the reasons below instead, counted in `suppressedBy`.',
    oneLiners(OUTCOME_WORDS),
    '### Reasons of suppression',
    oneLiners(SUPPRESSION_WORDS),
    '### Reasons in explanations',
    'Beside these, a message that was tried has the provider’s own word, and an audience that did not match what it lacks or has. `sentence` says each in words.',
    oneLiners(EXPLANATION_WORDS),
    '### Reasons of attempts',
    'Ours, beside the providers’ own words.',
    oneLiners(ATTEMPT_WORDS),
    '### Reasons of states',
    '`stateReason` of a send, and the reason of who was not targeted by it.',
    oneLiners(STATE_WORDS),
    '### What would change it',
    '`setting` of an explanation.',
    table(
      ['Reason', 'Setting'],
      settable().map((name) => [code(name), settingOf(name) ?? '']),
    ),
  ]);
  return { documents: [page], problems: [...problemsOf(texts, codes, sources), ...reasonsWithoutWords(sources)] };
}

function entryOf({ code: name, status = 500, services }: ErrorCode, text: ErrorText | undefined): string[] {
  const by = services.length === 0 ? 'any call' : services.join(', ');
  return [`### ${name}`, `${status} ${STATUS_CODES[status] ?? ''} · ${by}`, ...wordsOf(text)];
}

function listOf(texts: Readonly<Record<string, ErrorText>>): string[] {
  return Object.keys(texts)
    .sort()
    .flatMap((name) => [`### ${name}`, ...wordsOf(texts[name])]);
}

function wordsOf(text: ErrorText | undefined): string[] {
  return text ? [`**When:** ${text.when}\\\n**Do:** ${text.do}`] : [];
}

function oneLiners(texts: Readonly<Record<string, string>>): string {
  return table(
    ['Code', 'Means'],
    Object.entries(texts).map(([name, text]) => [code(name), text]),
  );
}

function problemsOf(texts: ErrorTexts, codes: readonly ErrorCode[], sources: readonly Source[]): string[] {
  const elsewhere = { ...texts.start, ...texts.events, ...texts.simulator };
  const answered = codes.filter(({ status }) => status !== undefined).map((known) => known.code);
  const silent = codes.filter(({ status }) => status === undefined).map((known) => known.code);
  const code = sources.filter((source) => !isTest(source) && !source.path.startsWith('scripts/')).map(({ text }) => text);
  const isSaid = (name: string) => code.some((text) => text.includes(`'${name}'`));
  return [
    ...compared('http', answered, Object.keys(texts.http)),
    ...refusalsOfSimulators(sources)
      .filter((name) => !(name in texts.simulator) && !(name in texts.http))
      .map((name) => `${file}: simulator.${name} is missing`),
    ...silent.filter((name) => !(name in elsewhere)).map((name) => `${file}: the error ${name} has no text`),
    ...[...Object.keys(elsewhere), ...Object.keys(texts.deadLetters)]
      .filter((name) => !isSaid(name))
      .map((name) => `${file}: ${name} is no code of the platform`),
  ];
}

/** The control interface has no classes of errors: its problems are made where they occur. */
function refusalsOfSimulators(sources: readonly Source[]): string[] {
  const own = sources.filter((source) => source.path.startsWith('apps/simulator/src/') && !isTest(source));
  return own.flatMap(({ text }) => [...text.matchAll(/new Problem\(\d+, '([a-z_]+)'/g)].map(([, name = '']) => name));
}

function compared(part: string, wanted: readonly string[], written: readonly string[]): string[] {
  return [
    ...wanted.filter((name) => !written.includes(name)).map((name) => `${file}: ${part}.${name} is missing`),
    ...written.filter((name) => !wanted.includes(name)).map((name) => `${file}: ${part}.${name} is no code of the platform`),
  ];
}

const reasons: Readonly<Record<string, string>> = {
  ...OUTCOME_WORDS, ...SUPPRESSION_WORDS, ...EXPLANATION_WORDS, ...ATTEMPT_WORDS, ...STATE_WORDS,
}; // prettier-ignore

function settable(): string[] {
  return Object.keys(reasons)
    .filter((name) => settingOf(name) !== null)
    .sort();
}

/** Where the reasons of messages and sends are written. */
const writers =
  /^apps\/(dispatcher\/src\/(providers|batches|attempts)|campaign\/src\/(send|planning|progress|control|schedule)|feedback\/src\/explain)\//;
/** Of halts, and of what a whole send waits for: no message has them. */
const ofOthers = ['operator', 'no_consumers', 'breaker_open', 'planned_for_later'];

/** Support is told what a reason means: none is written that has no sentence. */
function reasonsWithoutWords(sources: readonly Source[]): string[] {
  const written = sources.filter((source) => writers.test(source.path) && !isTest(source));
  const dispatcher = sources.filter((source) => source.path.startsWith('apps/dispatcher/src/') && !isTest(source));
  const unsaid = Object.keys(ATTEMPT_WORDS).filter((name) => !dispatcher.some(({ text }) => text.includes(`'${name}'`)));
  return written
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:reason|stateReason|parkedFor|suppressedBy): '([a-z_]+)'/g)]
        .map(([, name = '']) => name)
        .filter((name) => !(name in reasons) && !ofOthers.includes(name))
        .map((name) => `${path} writes the reason ${name}, which has no words in libs/sends/src/reason-words.ts or outcome-words.ts`),
    )
    .concat(unsaid.map((name) => `libs/sends/src/reason-words.ts has words for ${name}, which nothing writes`));
}
