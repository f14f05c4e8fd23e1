import { fieldErrors, pointerTo } from '#libs/api';
import { canonicalLocale, parseInstant } from '#libs/kernel';
import { type MessageTemplate, type SendOptions, isReservedDataKey } from '#libs/sends';
import { TemplateInvalid, compileMessage } from '#libs/templates';
import { z } from 'zod';
import type { SendRequest } from '../send/send-request.ts';
import { conversionRuleOf } from './conversion-body.ts';
import { LONGEST_MESSAGE, messageBody } from './message-body.ts';
import { overrideProblems } from './read-overrides.ts';
import { readTarget, sendTarget, type TargetPlace } from './read-target.ts';
import { sendBody, type OptionsBody } from './send-body.ts';
import { SendInvalid, type SendProblem } from './send-invalid.ts';

const anyObject = z.record(z.string(), z.unknown());
const allButTarget = sendBody.omit({ to: true });
/** How long a send of `ttl: 0` may take to reach its providers. */
const nowMs = 60_000;
const defaultTtlMs = { marketing: 259_200_000, transactional: 3_600_000 } as const;

/** Reads the body of a send, from a call or an event. Throws SendInvalid with every problem of target, message and options at once. */
export function readSend(body: unknown, place: TargetPlace = sendTarget): SendRequest {
  const { to, ...rest } = objectIn(body);
  const problems: SendProblem[] = [];
  const target = readTarget(to, problems, place);
  const parsed = allButTarget.safeParse(rest);
  if (!parsed.success) problems.push(...fieldErrors(parsed.error.issues, allButTarget));
  const sound = soundFields(rest['message']);
  problems.push(...messageProblems(sound));
  if (target?.kind === 'shared') problems.push(...sharedProblems(sound));
  if (target?.kind === 'shared' && parsed.data?.options.ramp)
    problems.push({ pointer: '/options/ramp', message: 'Must be absent: a message to a topic, condition or channel is one for all' });
  if (problems.length > 0 || !target || !parsed.success) throw new SendInvalid(problems);
  const { options, variables, metadata, conversion } = parsed.data;
  const { purpose, ttl } = options;
  return {
    target,
    message: withCanonicalLanguages(parsed.data.message),
    variables,
    options: optionsFrom(options, parsed.data.message.silent === true),
    ttlMs: ttl === undefined ? defaultTtlMs[purpose] : ttl * 1_000 || nowMs,
    sendAt: options.sendAt === undefined ? null : (parseInstant(options.sendAt) ?? null),
    cancelKey: options.cancelKey ?? null,
    metadata,
    ...(conversion && { conversion: conversionRuleOf(conversion) }),
  };
}

/** The members of a body that is a JSON object. Throws SendInvalid. */
export function objectIn(body: unknown): Record<string, unknown> {
  const whole = anyObject.safeParse(body);
  if (!whole.success) throw new SendInvalid(fieldErrors(whole.error.issues));
  return whole.data;
}

/** Silent messages travel low: providers throttle those that claim to be urgent and show nothing. */
function optionsFrom(options: OptionsBody, silent: boolean): SendOptions {
  const { purpose, subscription, dryRun, collapseId = null, maxRecipients = null } = options;
  const usual = purpose === 'transactional' ? 'high' : 'normal';
  const priority = options.priority ?? (silent ? 'low' : usual);
  const { validateOnly = false, ttl, ratePerMinute, ramp } = options;
  const rate = { ...(ratePerMinute !== undefined && { ratePerMinute }), ...(ramp && { ramp }) };
  const now = ttl === 0 && { nowOrNever: true as const };
  return { purpose, subscription, collapseId, maxRecipients, dryRun, priority, ...now, ...rate, ...(validateOnly && { validateOnly }) };
}

/** The fields of a message that have the right form, so that their texts can be looked at although others are wrong. None of a message that is too large. */
function soundFields(message: unknown): MessageTemplate {
  const parsed = messageBody.safeParse(message);
  if (parsed.success) return parsed.data;
  if (typeof message !== 'object' || message === null || JSON.stringify(message).length > LONGEST_MESSAGE) return {};
  const refused = new Set(
    parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : issue.path.slice(0, 1))),
  );
  return Object.fromEntries(Object.entries(message).filter(([field]) => !refused.has(field)));
}

/** One message for all has neither a reader's language nor anything else of a reader. */
function sharedProblems(message: MessageTemplate): SendProblem[] {
  const problems: SendProblem[] = [];
  if (message.installationTemplate !== undefined)
    problems.push({ pointer: '/message/installationTemplate', message: 'A topic is no installation: it has no templates' });
  if (message.localized)
    problems.push({ pointer: '/message/localized', message: 'A topic has no language: send one message to a topic of each' });
  const roots = rootsOf(message);
  for (const root of ['user', 'installation'] as const) {
    if (roots.has(root)) problems.push({ pointer: '/message', message: `A message to a topic is one for all: it cannot name \`${root}\`` });
  }
  return problems;
}

/** None where the message does not parse, which is said elsewhere. */
function rootsOf(message: MessageTemplate): ReadonlySet<string> {
  try {
    return compileMessage(message).roots;
  } catch {
    return new Set();
  }
}

/** What the schema of a message cannot see: keys and overrides that a provider would refuse, a language written twice, and Liquid that does not parse. */
function messageProblems(message: MessageTemplate): SendProblem[] {
  const reserved = Object.keys(message.data ?? {})
    .filter(isReservedDataKey)
    .map((key): SendProblem => ({
      code: 'reserved_data_key',
      pointer: pointerTo(['message', 'data', key]),
      message: 'Providers or the platform use this key themselves',
    }));
  return [...reserved, ...overrideProblems(message), ...languageProblems(message), ...liquidProblems(message)];
}

/** The message with its languages in their canonical form: `pt_BR` is `pt-BR`, `iw` is `he`. */
function withCanonicalLanguages<M extends MessageTemplate>(message: M): M {
  if (!message.localized) return message;
  const localized = Object.entries(message.localized).map(([language, texts]) => [canonicalLocale(language) ?? language, texts] as const);
  return { ...message, localized: Object.fromEntries(localized) };
}

function languageProblems({ localized = {} }: MessageTemplate): SendProblem[] {
  const writtenAs = new Map<string, string>();
  return Object.keys(localized).flatMap((language): SendProblem[] => {
    const canonical = canonicalLocale(language) ?? language;
    const other = writtenAs.get(canonical);
    writtenAs.set(canonical, other ?? language);
    if (other === undefined) return [];
    return [{ pointer: pointerTo(['message', 'localized', language]), message: `Is the same language as ${other}` }];
  });
}

function liquidProblems(message: MessageTemplate): SendProblem[] {
  try {
    compileMessage(message);
    return [];
  } catch (error) {
    if (!(error instanceof TemplateInvalid)) throw error;
    return error.problems.map(({ pointer, message: text, position }) => ({
      code: 'template_invalid',
      pointer: `/message${pointer}`,
      message: text,
      position,
    }));
  }
}
