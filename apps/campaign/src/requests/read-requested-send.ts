import { parseInstant } from '#libs/kernel';
import type { EventEnvelope } from '#libs/events';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { SendRequest } from '../send/send-request.ts';
import { kindsIn } from '../intake/target-body.ts';
import { EventTooOld, TokensNotInEvents, TooManyUsers } from './event-errors.ts';

const maxUsers = 1_000;
const maxAgeMs = 86_400_000;

export interface RequestedSend {
  readonly app: string;
  readonly request: SendRequest;
  /** What it was read from. */
  readonly body: unknown;
}

/**
 * Reads the send that an event asks for: its data is the body of `POST …/sends` and the app. `now` in ms.
 * Throws SendInvalid, TokensNotInEvents, TooManyUsers, EventTooOld.
 */
export async function readRequestedSend(
  { data, time }: Pick<EventEnvelope, 'data' | 'time'>,
  now: number,
  read: ReadSendRequest,
): Promise<RequestedSend> {
  const { app, ...written } = data as { readonly app: string; readonly to?: unknown };
  if (namesTokens(written.to)) throw new TokensNotInEvents();
  const { request, body } = await read.execute(app, written);
  if (request.target.kind === 'users' && request.target.users.length > maxUsers) throw new TooManyUsers(request.target.users.length);
  const ageMs = now - (parseInstant(time) ?? now);
  if (ageMs > Math.min(request.ttlMs, maxAgeMs)) throw new EventTooOld(ageMs);
  return { app, request, body };
}

function namesTokens(to: unknown): boolean {
  return typeof to === 'object' && to !== null && kindsIn(to).includes('tokens');
}
