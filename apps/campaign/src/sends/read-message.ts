import { pointerTo } from '#libs/api';
import type { MessageTemplate } from '#libs/sends';
import { TemplateInvalid, compileMessage } from '#libs/templates';
import { isReservedDataKey } from './message-body.ts';
import type { SendProblem } from './send-invalid.ts';

/** What the schema of a message cannot see: reserved keys, and Liquid that does not parse. */
export function messageProblems(message: MessageTemplate): SendProblem[] {
  const reserved = Object.keys(message.data ?? {})
    .filter(isReservedDataKey)
    .map((key): SendProblem => ({
      code: 'reserved_data_key',
      pointer: pointerTo(['message', 'data', key]),
      message: 'Providers or the platform use this key themselves',
    }));
  return [...reserved, ...liquidProblems(message)];
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
