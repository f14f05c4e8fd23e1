import { z } from 'zod';
import { isApnsReason } from '../apns/answers.ts';
import { behaviourOf } from '../faults/behaviour.ts';
import { FCM_ANSWERS } from '../fcm/fault-answers.ts';
import { SIMULATED_PROVIDERS } from '../simulated-provider.ts';

const mostFaults = 10_000;

/** One fault. */
export const faultRequest = z
  .strictObject({
    provider: z.enum(SIMULATED_PROVIDERS),
    token: z.string().min(1).max(4096).optional(),
    share: z.number().min(0).max(1).optional(),
    behaviour: z.string().max(5000),
    times: z.number().int().min(1).max(1_000_000).optional(),
    afterRequests: z.number().int().min(1).max(1e9).optional(),
    afterMs: z.number().int().min(1).max(86_400_000).optional(),
  })
  .superRefine((value, context) => {
    for (const [path, message] of problemsOf(value)) context.addIssue({ code: 'custom', path: [path], message });
  });

export type FaultRequest = z.output<typeof faultRequest>;

/** Up to 10,000 of them in one call. */
export const faultRequests = z.array(faultRequest).min(1).max(mostFaults);

export function isOfConnection({ afterRequests, afterMs }: FaultRequest): boolean {
  return afterRequests !== undefined || afterMs !== undefined;
}

function* problemsOf(request: FaultRequest): Generator<[string, string]> {
  const behaviour = behaviourOf(request.behaviour);
  if (!behaviour) yield ['behaviour', 'No such behaviour; see the README of the simulator'];
  if (behaviour?.kind === 'answer' && !hasAnswer(request.provider, behaviour.name))
    yield ['behaviour', `${request.provider} has no such answer`];
  if (request.token !== undefined && request.share !== undefined) yield ['share', 'Give a token or a share, not both'];
  if (!isOfConnection(request)) return;
  if (behaviour?.kind !== 'goaway' && behaviour?.kind !== 'goaway_error')
    yield ['behaviour', 'afterRequests and afterMs go with goaway and goaway_error'];
  if (request.token !== undefined || request.share !== undefined)
    yield ['token', 'afterRequests and afterMs select a connection, not a token'];
}

function hasAnswer(provider: string, name: string): boolean {
  return provider === 'apns' ? isApnsReason(name) : FCM_ANSWERS.includes(name);
}
