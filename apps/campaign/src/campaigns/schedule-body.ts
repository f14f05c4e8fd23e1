import { fieldErrors, instantText } from '#libs/api';
import { parseDuration, instantIn, parseInstant } from '#libs/kernel';
import { FILTER_OPERATORS } from '#libs/registry';
import { isTimeZone } from '#libs/registry-http';
import { z } from 'zod';
import type { SendProblem } from '../intake/send-invalid.ts';
import { isObject } from '../intake/written-filter.ts';
import { calendarOf, firstPlanned, type Again, type PropertyCondition, type Schedule } from './schedule.ts';

const maxName = 128;
const maxText = 1_024;
const maxValues = 100;
const maxDelayMs = 90 * 86_400_000;
const maxCron = 120;
const fiveFields = /^\S+(?: \S+){4}$/;
const localForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;
const afterForm = /^after (P.+)$/;

const timeZone = z.string().refine(isTimeZone, 'Must be a zone of the IANA database, such as Europe/Paris');
const scalar = z.union([z.string().max(maxText), z.number(), z.boolean()]);

const condition = z
  .strictObject({
    property: z.string().min(1).max(maxName),
    op: z.enum(FILTER_OPERATORS),
    value: z.union([scalar, z.array(scalar).min(1).max(maxValues)]),
  })
  .refine(hasFittingValue, {
    path: ['value'],
    message: 'Must fit `op`: a list for in and nin, two values for between, true or false for exists, else one value',
  });

const eventCondition = z.strictObject({ event: z.string().min(1).max(maxName), where: condition.exactOptional() });
const again = z
  .string()
  .refine((text): text is Again => text === 'never' || text === 'always' || parseDuration(afterForm.exec(text)?.[1] ?? '') !== undefined, {
    error: 'Must be never, always, or after and a duration, such as after P1D',
  })
  .meta({ description: 'Whether somebody who got it may get it again; always unless said.', examples: ['never', 'always', 'after P1D'] });

const delay = z
  .string()
  .refine((text) => (parseDuration(text) ?? Infinity) <= maxDelayMs, 'Must be an ISO 8601 duration of at most 90 days, such as PT2H');

const atSchedule = z.strictObject({ at: instantText });
const localSchedule = z.strictObject({
  localTime: z
    .string()
    .refine((text) => localForm.test(text) && isLocalTime(text), 'Must be a date and time without a zone, such as 2026-12-24T09:00')
    .meta({ description: 'Each installation gets it when its own clock shows this.', examples: ['2026-12-24T09:00'] }),
  fallbackTimeZone: timeZone.default('UTC').meta({ description: 'Of installations that told no zone.' }),
  late: z.enum(['send', 'skip']).default('send').meta({ description: 'What happens where that time has passed already.' }),
});
const cronSchedule = z
  .strictObject({
    cron: z
      .string()
      .max(maxCron)
      .refine(isCron, 'Must be five fields of cron, such as 0 9 * * MON')
      .meta({ examples: ['0 9 * * MON'] }),
    timeZone,
    from: instantText.exactOptional(),
    until: instantText.exactOptional(),
    missed: z.enum(['once', 'skip']).default('once').meta({ description: 'Whether one is made up for that was missed while nothing ran.' }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || (parseInstant(from) ?? 0) < (parseInstant(until) ?? 0), {
    path: ['until'],
    message: 'Must be later than `from`',
  });
const onEvent = eventCondition.extend({
  delay: delay.exactOptional(),
  unless: eventCondition.exactOptional(),
  again: again.exactOptional(),
});
const onAttribute = z.strictObject({ attribute: z.string().min(1).max(maxName), becomes: scalar, again: again.exactOptional() });
const onSchedule = z.strictObject({ on: z.union([onEvent, onAttribute]), again: again.exactOptional() });
const apiSchedule = z.strictObject({ api: z.literal(true) });

/** When a campaign makes its sends. */
export const scheduleBody = z.union([atSchedule, localSchedule, cronSchedule, onSchedule, apiSchedule]).meta({
  id: 'Schedule',
  description: 'Exactly one of at, localTime, cron, on (an event or an attribute of a user) and api (by `trigger`).',
  examples: [{ cron: '0 9 * * MON', timeZone: 'Europe/Paris', missed: 'once' }],
});

const kinds = { at: atSchedule, localTime: localSchedule, cron: cronSchedule, on: onSchedule, api: apiSchedule } as const;

/** Reads a schedule; undefined where `problems` got what is wrong with it. `now`: ms. */
export function readSchedule(body: unknown, now: number, problems: SendProblem[]): Schedule | undefined {
  const named = isObject(body) ? (Object.keys(kinds) as (keyof typeof kinds)[]).filter((kind) => kind in body) : [];
  const [kind, ...others] = named;
  const found = (errors: readonly SendProblem[], under = '') =>
    problems.push(...errors.map((error) => ({ ...error, pointer: `/schedule${under}${error.pointer}` })));
  if (!kind || others.length > 0) {
    found([{ pointer: '', message: `Must be an object with exactly one of ${Object.keys(kinds).join(', ')}` }]);
    return undefined;
  }
  if (kind === 'on') return readOn(body as Readonly<Record<string, unknown>>, found);
  const parsed = kinds[kind].safeParse(body);
  if (!parsed.success) {
    found(fieldErrors(parsed.error.issues, kinds[kind]));
    return undefined;
  }
  const schedule = parsed.data as Schedule;
  if ('cron' in schedule && firstPlanned(schedule, now) === null) found([{ pointer: '/cron', message: 'Never comes' }]);
  return schedule;
}

/** `again` may stand in `on` or beside it. */
function readOn(
  body: Readonly<Record<string, unknown>>,
  found: (errors: readonly SendProblem[], under?: string) => void,
): Schedule | undefined {
  const { on, ...beside } = body;
  const part = isObject(on) && 'attribute' in on ? onAttribute : onEvent;
  const read = part.safeParse(on);
  const rest = onSchedule.omit({ on: true }).safeParse(beside);
  if (!read.success) found(fieldErrors(read.error.issues, part), '/on');
  if (!rest.success) found(fieldErrors(rest.error.issues));
  if (!read.success || !rest.success) return undefined;
  return { on: { ...read.data, again: read.data.again ?? rest.data.again ?? 'always' } };
}

/** The pause that `again` names, ms; undefined where it names none. */
export function pauseOf(text: Again): number | undefined {
  return parseDuration(afterForm.exec(text)?.[1] ?? '');
}

function hasFittingValue({ op, value }: { op: PropertyCondition['op']; value: unknown }): boolean {
  if (op === 'in' || op === 'nin') return Array.isArray(value);
  if (op === 'between') return Array.isArray(value) && value.length === 2;
  return op === 'exists' ? typeof value === 'boolean' : !Array.isArray(value);
}

function isLocalTime(text: string): boolean {
  try {
    instantIn('UTC', text);
    return true;
  } catch {
    return false;
  }
}

function isCron(cron: string): boolean {
  try {
    calendarOf({ cron, timeZone: 'UTC' });
    return fiveFields.test(cron);
  } catch {
    return false;
  }
}
