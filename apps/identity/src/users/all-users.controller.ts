import { Allow, Answers, Fails, decodeCursor, encodeCursor, pageOf, pageQuery, pathId } from '#libs/api';
import { Clock, isoTime } from '#libs/kernel';
import {
  BehaviourRepository,
  EngagementRepository,
  FindUser,
  SUBSCRIPTIONS,
  TokenLedger,
  UserRepository,
  engagementsOf,
  nestedAttributes,
  type User,
} from '#libs/registry';
import {
  installationExample,
  installationRecordOf,
  ledgerExample,
  ledgerRecordOf,
  tagField,
  userAttributesField,
} from '#libs/registry-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ShowUser } from './show-user.ts';

const listQuery = pageQuery.extend({
  tag: tagField.exactOptional(),
  subscription: z.enum(SUBSCRIPTIONS).exactOptional(),
  known: z.enum(['true', 'false']).exactOptional().meta({ description: 'Whether they have an external id.' }),
});
type ListQuery = z.output<typeof listQuery>;

const listedUser = z
  .object({
    userId: z.string(),
    externalId: z.string().nullable(),
    subscription: z.enum(SUBSCRIPTIONS),
    tags: z.array(z.string()),
    attributes: userAttributesField,
    createdAt: z.iso.datetime(),
    revision: z.int(),
  })
  .meta({ id: 'ListedUser' });

const listedExample = {
  userId: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  externalId: 'charlie',
  subscription: 'subscribed',
  tags: ['vip'],
  attributes: { plan: 'gold' },
  createdAt: '2026-11-22T09:30:00.000Z',
  revision: 2,
};
const userPage = pageOf(listedUser).meta({ id: 'UserPage' });

const exported = z
  .looseObject({
    exportedAt: z.iso.datetime(),
    user: z.unknown(),
    events: z.unknown(),
    engagements: z.unknown(),
    installations: z.array(z.unknown()),
    ledger: z.array(z.unknown()),
  })
  .meta({ id: 'UserExport', description: 'Everything that is known of one person, without push tokens and secrets.' });

const exportExample = {
  exportedAt: '2026-11-22T09:30:00.000Z',
  user: { ...listedExample, aliases: [], subscriptionChangedAt: '2026-11-22T09:30:00.000Z' },
  events: [
    {
      name: 'order_placed',
      firstAt: '2026-11-20T18:02:11.000Z',
      lastAt: '2026-11-22T09:29:58.000Z',
      total: 2,
      days: { '2026-11-20': 1, '2026-11-22': 1 },
      properties: { total: 42.5 },
    },
  ],
  engagements: [{ kind: 'opened', campaign: 'spring', lastAt: '2026-11-22T09:29:58.000Z' }],
  installations: [installationExample],
  ledger: ledgerExample.items,
};

/** Users looked at for one answer; there may be fewer items than asked for, and more to come. */
const maxScanned = 5_000;
const step = 500;
const maxLines = 10_000;

@ApiTags('Users')
@Allow('server')
@Controller('v1/apps/:app/users')
export class AllUsersController {
  constructor(
    private readonly users: UserRepository,
    private readonly findUser: FindUser,
    private readonly showUser: ShowUser,
    private readonly behaviour: BehaviourRepository,
    private readonly engagements: EngagementRepository,
    private readonly ledger: TokenLedger,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List users',
    description:
      'In the order in which they were first seen, more or less. A page may hold fewer than `limit`, and the list goes on: it ends where `cursor` is null.',
  })
  @Answers(userPage, { description: 'A page of users', example: { items: [listedExample], cursor: null } })
  async list(@Param('app') app: string, @Query({ schema: listQuery }) query: ListQuery) {
    let after: string | undefined = decodeCursor(query.cursor, z.string()) ?? '';
    const items: z.output<typeof listedUser>[] = [];
    for (let scanned = 0; scanned < maxScanned && items.length < query.limit && after !== undefined;) {
      const wanted: number = Math.min(step, query.limit - items.length);
      const found: readonly User[] = await this.users.pageOf(app, after, wanted);
      items.push(...found.filter((user) => isListed(user, query)).map(listedOf));
      scanned += found.length;
      after = found.length < wanted ? undefined : found.at(-1)?.userId;
    }
    return { items, cursor: after === undefined ? null : encodeCursor(after) };
  }

  @Get(':externalId/export')
  @ApiOperation({
    summary: 'Everything that is known of a person, as one JSON',
    description:
      'The user, its aliases, what it did, which campaigns it received and opened last (without one: sends of none), its installations, and the lines of the token ledger that name it (the newest 10,000).',
  })
  @Answers(exported, { description: 'The person', example: exportExample })
  @Fails('user_not_found')
  async export(@Param('app') app: string, @Param('externalId', { schema: pathId }) externalId: string) {
    const found = await this.findUser.execute(app, externalId);
    const { userId } = found.user;
    const events = Object.entries(await this.behaviour.ofUser(app, userId)).map(([name, { firstAt, lastAt, total, days, properties }]) => ({
      name,
      firstAt: isoTime(firstAt),
      lastAt: isoTime(lastAt),
      total,
      days: Object.fromEntries(Object.entries(days).map(([day, count]) => [isoTime(Number(day) * 86_400_000).slice(0, 10), count])),
      properties: nestedAttributes(properties),
    }));
    const { installations: _, ...user } = await this.showUser.of(found);
    return {
      exportedAt: isoTime(this.clock.now()),
      user,
      events,
      engagements: engagementsOf(await this.engagements.ofUser(app, userId)).map(({ at, ...of }) => ({ ...of, lastAt: isoTime(at) })),
      installations: found.installations.map(installationRecordOf),
      ledger: await this.#linesOf(app, userId),
    };
  }

  async #linesOf(app: string, userId: string): Promise<ReturnType<typeof ledgerRecordOf>[]> {
    const lines: ReturnType<typeof ledgerRecordOf>[] = [];
    for (let cursor: string | null | undefined; cursor !== null && lines.length < maxLines;) {
      const page = await this.ledger.ofUser(app, userId, 1_000, cursor);
      lines.push(...page.items.map(ledgerRecordOf));
      cursor = page.cursor;
    }
    return lines;
  }
}

/** What was merged into somebody is listed as that one alone. */
function isListed({ tags, subscription, externalId, mergedInto }: User, query: ListQuery): boolean {
  if (mergedInto !== null) return false;
  if (query.tag !== undefined && !tags.includes(query.tag)) return false;
  if (query.subscription !== undefined && subscription !== query.subscription) return false;
  return query.known === undefined || (externalId !== null) === (query.known === 'true');
}

function listedOf({ userId, externalId, subscription, tags, attributes, createdAt, revision }: User): z.output<typeof listedUser> {
  return {
    userId,
    externalId,
    subscription,
    tags: [...tags],
    attributes: nestedAttributes(attributes),
    createdAt: isoTime(createdAt),
    revision,
  };
}
