import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, Fails, pageOf, pathId, type Page } from '#libs/api';
import { isoTime, note } from '#libs/kernel';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { LIKELY_CAUSES, PurgeHolds, type PurgeHold } from './purge-holds.ts';

const example = {
  id: '1cd7c681-e4b3-532f-900c-a4b3e79e7e3e.apns.confirmed',
  sendId: '1cd7c681-e4b3-532f-900c-a4b3e79e7e3e',
  provider: 'apns',
  bucket: 'confirmed',
  since: '2026-01-01T12:00:00.000Z',
  tokens: 9200,
  share: 0.92,
  sample: 10_000,
  likelyCause: 'wrong_environment',
} as const;

const purgeHold = z
  .object({
    id: z.string(),
    sendId: z.string(),
    provider: z.string(),
    bucket: z.enum(['confirmed', 'imported']).meta({ description: 'Tokens that an SDK has confirmed, or that were only imported' }),
    since: z.iso.datetime(),
    tokens: z.int().meta({ description: 'How many would be purged' }),
    share: z.number().meta({ description: 'The part of `sample` answers that called the token dead, 0 to 1' }),
    sample: z.int(),
    likelyCause: z.enum(LIKELY_CAUSES),
  })
  .meta({ id: 'PurgeHold', examples: [example] });
type PurgeHoldRecord = z.input<typeof purgeHold>;

const purgeHoldPage = pageOf(purgeHold).meta({ id: 'PurgeHoldPage', examples: [{ items: [example], cursor: null }] });

/** What the mass-purge breaker holds (R51), and an operator's word on it. */
@ApiTags('Providers')
@Allow('server')
@Controller('v1/apps/:app/purge-holds')
export class PurgeHoldsController {
  constructor(private readonly holds: PurgeHolds) {}

  @Get()
  @ApiOperation({ summary: 'Tokens that providers called dead, too many at once to believe it; newest first' })
  @Answers(purgeHoldPage, { description: 'One for each send, provider and kind of token' })
  async list(@Param('app', { schema: pathId }) app: string): Promise<Page<PurgeHoldRecord>> {
    return { items: (await this.holds.list(app)).map(recordOf), cursor: null };
  }

  @Post(':id/release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'They are dead: purge them',
    description:
      'Within seconds, each by compare-and-delete: a token that was registered again meanwhile stays. Answers the hold as it was.',
  })
  @Answers(purgeHold, { description: 'What is purged now' })
  @Fails('purge_hold_not_found')
  async release(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @CurrentKey() by: Principal,
  ): Promise<PurgeHoldRecord> {
    return this.#noted('purge hold released', app, await this.holds.release(app, id, by));
  }

  @Post(':id/discard')
  @HttpCode(200)
  @ApiOperation({ summary: 'They are alive: forget what was found', description: 'Answers the hold as it was.' })
  @Answers(purgeHold, { description: 'What is kept' })
  @Fails('purge_hold_not_found')
  async discard(
    @Param('app', { schema: pathId }) app: string,
    @Param('id', { schema: pathId }) id: string,
    @CurrentKey() by: Principal,
  ): Promise<PurgeHoldRecord> {
    return this.#noted('purge hold discarded', app, await this.holds.discard(app, id, by));
  }

  #noted(event: string, app: string, hold: PurgeHold): PurgeHoldRecord {
    const { provider, sendId, bucket, tokens } = hold;
    note(event, { app, provider, sendId, bucket, tokens });
    return recordOf(hold);
  }
}

function recordOf({ since, ...hold }: PurgeHold): PurgeHoldRecord {
  return { ...hold, since: isoTime(since) };
}
