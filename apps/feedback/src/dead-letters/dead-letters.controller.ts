import { Allow, Answers, AnswersNothing, Fails } from '#libs/api';
import { DeadLetters, type DeadLetter } from '#libs/messaging';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { deadLetterQuery, filterOf, replayBody, type DeadLetterQuery, type ReplayBody } from './dead-letter-filters.ts';
import { DeadLetterNotFound } from '../feedback-errors.ts';
import {
  deadLetterPage,
  deadLetterRecord,
  deadLetterRecordOf,
  type DeadLetterRecord,
  type DeadLetterRecordPage,
} from './dead-letter-record.ts';
import { ReplayDeadLetters, type Replayed } from './replay-dead-letters.ts';

const longOriginal = 16_384;
const replayed = z.object({ replayed: z.literal(true) }).meta({ id: 'Replayed' });
const replayedMany = z.object({ replayed: z.int(), truncated: z.int(), more: z.boolean() }).meta({ id: 'ReplayedMany' });
const replayedManyExample = { replayed: 12, truncated: 0, more: false };
const manyDescription =
  'Newest first, at most `limit`. `truncated` were kept in part only and stay; `more` says that others match: call again. ' +
  'Owner, subscription and expiry are looked at again before anything is sent.';

/** Events that could not be handled: of one app for its server keys, of all for admins. */
@ApiTags('Dead letters')
@Controller('v1')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetters,
    private readonly replayLetters: ReplayDeadLetters,
  ) {}

  @Get('apps/:app/dead-letters')
  @Allow('server')
  @ApiOperation({ summary: 'What could not be handled for this app, newest first' })
  @Answers(deadLetterPage, { description: 'Dead letters; a page ends early where they are large' })
  ofApp(@Param('app') app: string, @Query({ schema: deadLetterQuery }) query: DeadLetterQuery): Promise<DeadLetterRecordPage> {
    return this.#list(query, app);
  }

  @Get('dead-letters')
  @Allow()
  @ApiOperation({ summary: 'What could not be handled, newest first' })
  @Answers(deadLetterPage, { description: 'Dead letters; a page ends early where they are large' })
  all(@Query({ schema: deadLetterQuery }) query: DeadLetterQuery): Promise<DeadLetterRecordPage> {
    return this.#list(query);
  }

  @Get('apps/:app/dead-letters/:id')
  @Allow('server')
  @ApiOperation({ summary: 'One dead letter, with the event as it was' })
  @Answers(deadLetterRecord, { description: 'The dead letter' })
  @Fails('dead_letter_not_found')
  async oneOfApp(@Param('app') app: string, @Param('id') id: string): Promise<DeadLetterRecord> {
    return deadLetterRecordOf(await this.#get(id, app));
  }

  @Get('dead-letters/:id')
  @Allow()
  @ApiOperation({ summary: 'One dead letter, with the event as it was' })
  @Answers(deadLetterRecord, { description: 'The dead letter' })
  @Fails('dead_letter_not_found')
  async one(@Param('id') id: string): Promise<DeadLetterRecord> {
    return deadLetterRecordOf(await this.#get(id));
  }

  @Post('apps/:app/dead-letters/replay')
  @Allow('server')
  @ApiOperation({ summary: 'Hand many events of this app out again', description: manyDescription })
  @Answers(replayedMany, { description: 'How many are on their topics again', example: replayedManyExample })
  replayManyOfApp(@Param('app') app: string, @Body({ schema: replayBody }) body: ReplayBody): Promise<Replayed> {
    return this.replayLetters.execute(filterOf(body, app), body.limit);
  }

  @Post('dead-letters/replay')
  @Allow()
  @ApiOperation({ summary: 'Hand many events out again', description: manyDescription })
  @Answers(replayedMany, { description: 'How many are on their topics again', example: replayedManyExample })
  replayMany(@Body({ schema: replayBody }) body: ReplayBody): Promise<Replayed> {
    return this.replayLetters.execute(filterOf(body), body.limit);
  }

  @Post('apps/:app/dead-letters/:id/replay')
  @Allow('server')
  @ApiOperation({ summary: 'Hand the event out again, to the service that could not handle it' })
  @Answers(replayed, { description: 'It is on its topic again', example: { replayed: true } })
  @Fails('dead_letter_not_found', 'dead_letter_truncated')
  async replayOfApp(@Param('app') app: string, @Param('id') id: string): Promise<{ replayed: true }> {
    await this.#get(id, app);
    return this.replay(id);
  }

  @Post('dead-letters/:id/replay')
  @Allow()
  @ApiOperation({ summary: 'Hand the event out again, to the service that could not handle it' })
  @Answers(replayed, { description: 'It is on its topic again', example: { replayed: true } })
  @Fails('dead_letter_not_found', 'dead_letter_truncated')
  async replay(@Param('id') id: string): Promise<{ replayed: true }> {
    if (!(await this.letters.replay(id))) throw new DeadLetterNotFound(id);
    return { replayed: true };
  }

  @Delete('apps/:app/dead-letters/:id')
  @Allow('server')
  @ApiOperation({ summary: 'Make the loss final' })
  @AnswersNothing('Deleted')
  @Fails('dead_letter_not_found')
  async deleteOfApp(@Param('app') app: string, @Param('id') id: string): Promise<void> {
    await this.#get(id, app);
    await this.delete(id);
  }

  @Delete('dead-letters/:id')
  @Allow()
  @ApiOperation({ summary: 'Make the loss final' })
  @AnswersNothing('Deleted')
  @Fails('dead_letter_not_found')
  async delete(@Param('id') id: string): Promise<void> {
    if (!(await this.letters.delete(id))) throw new DeadLetterNotFound(id);
  }

  /** Another app's letter is none: its id says nothing to whoever guesses it. */
  async #get(id: string, app?: string): Promise<DeadLetter> {
    const found = await this.letters.findById(id);
    if (!found || (app !== undefined && found.app !== app)) throw new DeadLetterNotFound(id);
    return found;
  }

  async #list(query: DeadLetterQuery, app?: string): Promise<DeadLetterRecordPage> {
    const { items, cursor } = await this.letters.list(filterOf(query, app), query.limit, query.cursor);
    const shown: DeadLetterRecord[] = [];
    for (const letter of items) {
      if (letter.original.length > longOriginal) await setImmediate(); // looked through for what nobody should have sent
      shown.push(deadLetterRecordOf(letter));
    }
    return { items: shown, cursor };
  }
}
