import { fieldErrors } from '#libs/api';
import type { MessageTemplate } from '#libs/sends';
import { z } from 'zod';
import { messageBody } from './message-body.ts';
import { objectIn, readSend } from './read-send.ts';
import { SendInvalid, type SendProblem } from './send-invalid.ts';

/** The body of `POST …/sends/{id}/recall`, which may be absent. */
export const recallBody = z
  .strictObject({
    replaceWith: messageBody.exactOptional().meta({ description: 'Shown in the place of the message; nothing is without it.' }),
  })
  .default({})
  .meta({ id: 'Recall', examples: [{ replaceWith: { title: 'The sale begins on Monday' } }] });
const own = z.strictObject({ replaceWith: z.unknown() }).partial();

/** The message of a recall, read as one of a send is; null: it names none. Throws SendInvalid with all of its problems. */
export function readRecall(body: unknown): MessageTemplate | null {
  const whole = objectIn(body);
  const problems: SendProblem[] = [];
  const parsed = own.safeParse(whole);
  if (!parsed.success) problems.push(...fieldErrors(parsed.error.issues, own));
  const message = whole['replaceWith'] === undefined ? null : messageIn(whole['replaceWith'], problems);
  if (problems.length > 0) throw new SendInvalid(problems);
  return message;
}

function messageIn(written: unknown, problems: SendProblem[]): MessageTemplate | null {
  try {
    const { message } = readSend({ to: { everyone: true }, message: written });
    if (message.silent !== true) return message;
    problems.push({ pointer: '/replaceWith/silent', message: 'Must be absent: without `replaceWith` nothing is shown' });
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, pointer: problem.pointer.replace(/^\/message/, '/replaceWith') })));
  }
  return null;
}
