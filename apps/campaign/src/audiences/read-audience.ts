import type { Audience } from '#libs/registry';
import { readTarget, type TargetPlace } from '../intake/read-target.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';

const rules: TargetPlace = { pointer: '', kinds: ['everyone', 'tags'] };

/** Reads an audience that stands alone in a body. Throws SendInvalid. */
export function readAudience(body: unknown): Audience {
  const problems: SendProblem[] = [];
  const target = readTarget(body, problems, rules);
  if (target?.kind === 'tags') return { kind: 'tags', expression: target.expression };
  if (target?.kind === 'everyone') return { kind: 'everyone' };
  throw new SendInvalid(problems);
}
