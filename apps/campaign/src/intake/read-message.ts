import { pointerTo } from '#libs/api';
import { canonicalLocale } from '#libs/kernel';
import { isReservedDataKey, type MessageTemplate } from '#libs/sends';
import { TemplateInvalid, compileMessage } from '#libs/templates';
import { LONGEST_MESSAGE, messageBody } from './message-body.ts';
import { overrideProblems } from './read-overrides.ts';
import type { SendProblem } from './send-invalid.ts';

/** The fields of a message that have the right form, so that their texts can be looked at although others are wrong. None of a message that is too large. */
export function soundFields(message: unknown): MessageTemplate {
  const parsed = messageBody.safeParse(message);
  if (parsed.success) return parsed.data;
  if (typeof message !== 'object' || message === null || JSON.stringify(message).length > LONGEST_MESSAGE) return {};
  const refused = new Set(
    parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : issue.path.slice(0, 1))),
  );
  return Object.fromEntries(Object.entries(message).filter(([field]) => !refused.has(field)));
}

/** What the schema of a message cannot see: keys and overrides that a provider would refuse, a language written twice, and Liquid that does not parse. */
export function messageProblems(message: MessageTemplate): SendProblem[] {
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
export function withCanonicalLanguages<M extends MessageTemplate>(message: M): M {
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
