import { pageQuery, instantField } from '#libs/api';
import type { DeadLetterFilter } from '#libs/messaging';
import { z } from 'zod';

const filters = {
  topic: z.string().max(200).exactOptional(),
  reason: z.string().max(100).exactOptional().meta({ description: 'The stable code of the reason' }),
  service: z.string().max(100).exactOptional(),
  since: instantField.exactOptional().meta({ description: 'Given up at or after this instant' }),
  before: instantField.exactOptional().meta({ description: 'Given up before this instant' }),
};
const atOnce = z.int().min(1).max(1_000).default(100).meta({ description: 'The most that one call replays' });

/** What a list of dead letters may be narrowed by. */
export const deadLetterQuery = pageQuery.extend(filters);
export type DeadLetterQuery = z.output<typeof deadLetterQuery>;

/** Which dead letters to replay: the same filters, in a body. */
export const replayBody = z
  .strictObject({ ...filters, limit: atOnce })
  .meta({ id: 'ReplayDeadLetters', examples: [{ topic: 'push.dispatch.apns.bulk', reason: 'handler_failed', limit: 100 }] });
export type ReplayBody = z.output<typeof replayBody>;

/** The filter in the words of the port; of one app where it is given. */
export function filterOf({ topic, reason, service, since, before }: ReplayBody, app?: string): DeadLetterFilter {
  return {
    ...(app !== undefined && { app }),
    ...(topic !== undefined && { topic }),
    ...(reason !== undefined && { code: reason }),
    ...(service !== undefined && { service }),
    ...(since !== undefined && { since }),
    ...(before !== undefined && { before }),
  };
}
