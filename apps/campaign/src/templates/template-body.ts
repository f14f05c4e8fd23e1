import { fieldErrors } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { z } from 'zod';
import { messageBody } from '../intake/message-body.ts';
import { objectIn, readSend } from '../intake/read-send.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import { isOfType } from './read-send-request.ts';
import { VARIABLE_TYPES, type Template } from './template.ts';

const maxVariables = 100;
const value = z.union([z.string().max(1_024), z.number(), z.boolean()]);

const variable = z
  .strictObject({
    type: z.enum(VARIABLE_TYPES),
    required: z.boolean().default(false),
    default: value.exactOptional(),
    example: value.exactOptional(),
  })
  .superRefine(({ type, default: fallback, example }, context) => {
    const isWrong = (one: unknown) => one !== undefined && !isOfType(one, type);
    if (isWrong(fallback)) context.addIssue({ code: 'custom', path: ['default'], message: `Must be a ${type}` });
    if (isWrong(example)) context.addIssue({ code: 'custom', path: ['example'], message: `Must be a ${type}` });
  });

const example = {
  message: { title: 'Your code is {{variables.code}}' },
  variables: { code: { type: 'string', required: true, example: '1234' } },
  purpose: 'transactional',
} as const;

const own = z.strictObject({
  variables: z
    .record(z.string().regex(/^[A-Za-z_]\w{0,63}$/, 'Must be a name: letters, digits and _'), variable)
    .refine((variables) => Object.keys(variables).length <= maxVariables, `Must be at most ${maxVariables} variables`)
    .default({}),
  purpose: z.enum(['marketing', 'transactional']).nullable().default(null),
});

/** The body of `PUT …/templates/{name}`. */
export const templateBody = own.extend({ message: messageBody }).meta({ id: 'TemplateBody', examples: [example] });

export type TemplateFacts = Pick<Template, 'message' | 'variables' | 'purpose'>;

/** Reads the body of a template. Throws SendInvalid with every problem at once. */
export function readTemplate(body: unknown): TemplateFacts {
  const { message, ...rest } = objectIn(body);
  const facts = own.safeParse(rest);
  const problems: SendProblem[] = facts.success ? [] : fieldErrors(facts.error.issues, own);
  try {
    const { message: checked } = readSend({ to: { everyone: true }, message });
    if (facts.success) return { ...facts.data, message: checked as Template['message'] };
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    problems.push(...error.problems);
  }
  throw new SendInvalid(problems);
}

export const templateRecord = templateBody
  .extend({ name: z.string(), revision: z.int().min(1), createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() })
  .meta({ id: 'Template' });

export const templateExample = {
  name: 'code',
  ...example,
  revision: 1,
  createdAt: '2026-11-22T09:30:00.000Z',
  updatedAt: '2026-11-22T09:30:00.000Z',
};

export function templateRecordOf({ id, message, variables, purpose, revision, createdAt, updatedAt }: Template): Record<string, unknown> {
  return { name: id, message, variables, purpose, revision, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}
