import type { EventEnvelope } from '#libs/events';
import { readSend } from '../sends/read-send.ts';
import type { SendRequest } from '../sends/send-request.ts';
import { EventTooOld, TooManyUsers } from './event-errors.ts';

const mostUsers = 1_000;
const longestAgeMs = 86_400_000;

export interface RequestedSend {
  readonly app: string;
  readonly request: SendRequest;
}

/**
 * Reads the send that an event asks for: its data is the body of `POST …/sends` and the app. `now` in ms.
 * Throws SendInvalid, TooManyUsers, EventTooOld.
 */
export function readRequestedSend({ data, time }: Pick<EventEnvelope, 'data' | 'time'>, now: number): RequestedSend {
  const { app, ...body } = data as { readonly app: string };
  const request = readSend(body);
  if (request.target.kind === 'users' && request.target.users.length > mostUsers) throw new TooManyUsers(request.target.users.length);
  const ageMs = now - Date.parse(time);
  if (ageMs > Math.min(request.ttlMs, longestAgeMs)) throw new EventTooOld(ageMs);
  return { app, request };
}
