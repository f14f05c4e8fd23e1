import { fieldErrors } from '#libs/api';
import type { SendOptions } from '#libs/sends';
import { z } from 'zod';
import { messageProblems, soundFields, withCanonicalLanguages } from './read-message.ts';
import { readTarget, sendTarget, type TargetPlace } from './read-target.ts';
import { sendBody, type OptionsBody } from './send-body.ts';
import { SendInvalid, type SendProblem } from './send-invalid.ts';
import type { SendRequest } from '../send/send-request.ts';

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
  problems.push(...messageProblems(soundFields(rest['message'])));
  if (problems.length > 0 || !target || !parsed.success) throw new SendInvalid(problems);
  const { options, variables, metadata } = parsed.data;
  const { purpose, ttl } = options;
  return {
    target,
    message: withCanonicalLanguages(parsed.data.message),
    variables,
    options: optionsFrom(options, parsed.data.message.silent === true),
    ttlMs: ttl === undefined ? defaultTtlMs[purpose] : ttl * 1_000 || nowMs,
    metadata,
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
  return { purpose, subscription, collapseId, maxRecipients, dryRun, priority, ...(options.ttl === 0 && { nowOrNever: true }) };
}
