import { Allow, Answers, Fails, decodeCursor, encodeCursor, instantText, pageOf, pageQuery, pathId } from '#libs/api';
import { Clock, isoTime, parseDuration, parseInstant } from '#libs/kernel';
import { UserNotFound, UserRepository } from '#libs/registry';
import { RECEIPT_KINDS, sentenceOf } from '#libs/sends';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { explainMessage } from './explanation.ts';
import { ListUserMessages, type UserMessage } from './list-user-messages.ts';

const usualSince = 'P7D';
const usualLimit = 50;
const duration = z.string().refine((text) => parseDuration(text) !== undefined, 'Must be an instant, or an ISO 8601 duration such as P7D');

const query = pageQuery.extend({
  limit: z.coerce.number().int().min(1).max(200).default(usualLimit),
  since: z
    .union([instantText, duration], 'Must be an instant, or an ISO 8601 duration such as P7D')
    .default(usualSince)
    .meta({ description: 'Of sends made since this instant, or so long ago.', examples: ['P7D'] }),
});
const position = z.object({ createdAt: z.int(), id: z.string(), done: z.int().min(0) });

const message = z
  .object({
    sendId: z.string(),
    campaign: z.string().nullable(),
    variant: z.string().nullable(),
    at: z.iso.datetime().meta({ description: 'When it was planned.' }),
    installation: z.string(),
    provider: z.string().nullable(),
    outcome: z.string().meta({ description: 'As in the results of the send; `pending` before its last word.' }),
    reason: z.string().nullable(),
    sentence: z.string().meta({ description: 'Outcome and reason in words, for people.' }),
    receipts: z.array(z.object({ kind: z.enum(RECEIPT_KINDS), action: z.string().nullable(), at: z.iso.datetime() })),
  })
  .meta({ id: 'UserMessage' });
const messagePage = pageOf(message).meta({ id: 'UserMessagePage' });

const example: z.output<typeof messagePage> = {
  items: [
    {
      sendId: '01890a5d-ac96-774b-bcce-b302099a8057',
      campaign: 'spring',
      variant: null,
      at: '2026-11-22T09:30:00.000Z',
      installation: 'phone-1',
      provider: 'apns',
      outcome: 'accepted',
      reason: null,
      sentence: sentenceOf('accepted', null),
      receipts: [{ kind: 'opened', action: null, at: '2026-11-22T09:31:12.000Z' }],
    },
  ],
  cursor: null,
};

@ApiTags('Users')
@Allow('server')
@Controller('v1/apps/:app/users/:externalId/messages')
export class UserMessagesController {
  constructor(
    private readonly users: UserRepository,
    private readonly messages: ListUserMessages,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What a person was sent, newest first',
    description:
      'Each message to an installation that was theirs when it was planned, those that did not go among them, as long as they are kept. A page may have fewer items than `limit` while `cursor` says that there is more: so many sends are looked at for one answer.',
  })
  @Answers(messagePage, { description: 'A page of messages', example })
  @Fails('user_not_found')
  async list(
    @Param('app') app: string,
    @Param('externalId', { schema: pathId }) externalId: string,
    @Query({ schema: query }) { limit, cursor, since: asked }: z.output<typeof query>,
  ): Promise<z.output<typeof messagePage>> {
    const user = await this.users.findByExternalId(app, externalId);
    if (!user) throw new UserNotFound();
    const since = parseInstant(asked) ?? this.clock.now() - (parseDuration(asked) ?? 0);
    const after = decodeCursor(cursor, position);
    const { items, next } = await this.messages.execute({ app, userId: user.userId, externalId, since, limit, after });
    return { items: items.map(shown), cursor: next && encodeCursor(next) };
  }
}

function shown({ send, record }: UserMessage): z.output<typeof message> {
  const { outcome, reason } = explainMessage(record);
  const { page, entry, batch, receipts } = record;
  return {
    sendId: send.id,
    campaign: send.campaign,
    variant: send.variant ?? null,
    at: isoTime(page.plannedAt),
    installation: entry.installationId,
    provider: batch?.provider ?? entry.provider ?? null,
    outcome,
    reason,
    sentence: sentenceOf(outcome, reason),
    receipts: receipts.map(({ kind, action, at }) => ({ kind, action, at: isoTime(at) })),
  };
}
