import type { Audience } from '#libs/registry';
import { readTarget, type TargetPlace } from '../intake/read-target.ts';
import type { ResolveFilter } from '../intake/resolve-filter.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';

const rules: TargetPlace = { pointer: '', kinds: ['everyone', 'tags', 'filter', 'text', 'audience'] };

/** Reads an audience that stands alone in a body, as it is at an instant (ms). Throws SendInvalid, AudienceUnknown, AudienceCycle. */
export async function readAudience(app: string, body: unknown, at: number, resolve: ResolveFilter): Promise<Audience> {
  const problems: SendProblem[] = [];
  const target = readTarget(body, problems, rules);
  if (target?.kind === 'tags') return { kind: 'tags', expression: target.expression };
  if (target?.kind === 'everyone') return { kind: 'everyone' };
  if (target?.kind === 'filter') return { kind: 'filter', filter: await resolve.execute(app, target.written, at) };
  if (target?.kind === 'audience') return { kind: 'filter', filter: await resolve.execute(app, { audience: target.name }, at) };
  throw new SendInvalid(problems);
}
