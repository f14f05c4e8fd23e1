import { Allow, Answers, AnswersNothing, Fails, pageOf, pageQuery } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { DeadLetters, type DeadLetter } from '#libs/messaging';
import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DeadLetterNotFound } from './dead-letter-not-found.ts';

const letter = z
  .object({
    id: z.string(),
    service: z.string(),
    topic: z.string(),
    type: z.string().nullable(),
    app: z.string().nullable(),
    code: z.string(),
    reason: z.string(),
    tries: z.int(),
    at: z.iso.datetime(),
    key: z.string(),
    original: z.string(),
    truncated: z.boolean(),
    headers: z.record(z.string(), z.string()),
  })
  .meta({ id: 'DeadLetter' });

const filters = pageQuery.extend({
  topic: z.string().max(200).exactOptional(),
  reason: z.string().max(100).exactOptional().meta({ description: 'The stable code of the reason' }),
  service: z.string().max(100).exactOptional(),
  since: z.iso.datetime({ offset: true }).exactOptional(),
  before: z.iso.datetime({ offset: true }).exactOptional(),
});
type Filters = z.output<typeof filters>;

const list = pageOf(letter).meta({ id: 'DeadLetterPage' });
const replayed = z.object({ replayed: z.literal(true) }).meta({ id: 'Replayed' });

/** Events that could not be handled: of one app for its server keys, of all for admins. */
@ApiTags('dead letters')
@Controller('v1')
export class DeadLettersController {
  constructor(private readonly letters: DeadLetters) {}

  @Get('apps/:app/dead-letters')
  @Allow('server')
  @ApiOperation({ summary: 'What could not be handled for this app, newest first' })
  @Answers(list, { description: 'Dead letters' })
  ofApp(@Param('app') app: string, @Query({ schema: filters }) query: Filters): Promise<z.input<typeof list>> {
    return this.#list(query, app);
  }

  @Get('dead-letters')
  @ApiOperation({ summary: 'What could not be handled, newest first' })
  @Answers(list, { description: 'Dead letters' })
  all(@Query({ schema: filters }) query: Filters): Promise<z.input<typeof list>> {
    return this.#list(query);
  }

  @Post('apps/:app/dead-letters/:id/replay')
  @Allow('server')
  @ApiOperation({ summary: 'Hand the event out again, to the service that could not handle it' })
  @Answers(replayed, { description: 'It is on its topic again', example: { replayed: true } })
  @Fails('dead_letter_not_found', 'dead_letter_truncated')
  async replayOfApp(@Param('app') app: string, @Param('id') id: string): Promise<{ replayed: true }> {
    await this.#ofApp(app, id);
    return this.replay(id);
  }

  @Post('dead-letters/:id/replay')
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
    await this.#ofApp(app, id);
    await this.delete(id);
  }

  @Delete('dead-letters/:id')
  @ApiOperation({ summary: 'Make the loss final' })
  @AnswersNothing('Deleted')
  @Fails('dead_letter_not_found')
  async delete(@Param('id') id: string): Promise<void> {
    if (!(await this.letters.delete(id))) throw new DeadLetterNotFound(id);
  }

  async #ofApp(app: string, id: string): Promise<void> {
    const found = await this.letters.findById(id);
    if (found?.app !== app) throw new DeadLetterNotFound(id);
  }

  async #list({ limit, cursor, topic, reason, service, since, before }: Filters, app?: string): Promise<z.input<typeof list>> {
    const filter = {
      ...(app !== undefined && { app }),
      ...(topic !== undefined && { topic }),
      ...(reason !== undefined && { code: reason }),
      ...(service !== undefined && { service }),
      ...(since !== undefined && { since: Date.parse(since) }),
      ...(before !== undefined && { before: Date.parse(before) }),
    };
    const { items, cursor: next } = await this.letters.list(filter, limit, cursor);
    return { items: items.map(shown), cursor: next };
  }
}

function shown({
  id,
  service,
  topic,
  type,
  app,
  code,
  reason,
  tries,
  at,
  key,
  original,
  truncated,
  headers,
}: DeadLetter): z.input<typeof letter> {
  return { id, service, topic, type, app, code, reason, tries, at: isoTime(at), key, original, truncated, headers: { ...headers } };
}
