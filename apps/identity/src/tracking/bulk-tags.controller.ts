import { AppRepository, type App } from '#libs/access';
import { Allow, Answers, RequestInvalid, pathId, problemBytesFor, readBody, readNdjson, TakesNdjson } from '#libs/api';
import { Clock } from '#libs/kernel';
import { ChangeInstallationTags, ChangeUserTags } from '#libs/registry';
import { appById, newExternalIdField, tagChangeBody } from '#libs/registry-http';
import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { eachItem } from './item-results.ts';

const maxLines = 10_000;
const maxListed = 100;

/** One line. */
const bulkTag = tagChangeBody
  .extend({ externalId: z.exactOptional(newExternalIdField), installation: z.exactOptional(pathId) })
  .refine(
    ({ externalId, installation }) => (externalId === undefined) !== (installation === undefined),
    'names exactly one of externalId and installation',
  );

const bulkAnswer = z
  .object({
    lines: z.int(),
    accepted: z.int(),
    rejected: z.int(),
    errors: z
      .array(z.object({ line: z.int(), code: z.string(), detail: z.string() }))
      .meta({ description: `Of the first ${maxListed} that were rejected; lines count from 1.` }),
  })
  .meta({ id: 'BulkTagResults' });
type BulkAnswer = z.output<typeof bulkAnswer>;

@ApiTags('Users')
@Allow('server')
@Controller('v1/apps/:app/tags/bulk')
export class BulkTagsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly changeUserTags: ChangeUserTags,
    private readonly changeInstallationTags: ChangeInstallationTags,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Add and remove tags of up to 10,000 people and installations',
    description:
      'A line of JSON each: `{externalId or installation, add, remove}`. A bad line refuses no other; the same lines again change nothing.',
  })
  @TakesNdjson('{"externalId":"charlie","add":["vip"]}\n{"installation":"phone-1","remove":["trial"]}\n')
  @Answers(bulkAnswer, {
    description: 'What became of the lines',
    example: {
      lines: 2,
      accepted: 1,
      rejected: 1,
      errors: [{ line: 2, code: 'installation_not_found', detail: 'No installation phone-1 is registered' }],
    },
  })
  async change(@Param('app') appId: string, @Body() body: unknown, @Req() { headers }: FastifyRequest): Promise<BulkAnswer> {
    const app = await appById(this.apps, appId);
    const lines = readNdjson(body, maxLines);
    const results = await eachItem(lines, {
      keyOf: keyOfLine,
      clock: this.clock,
      maxBytes: problemBytesFor(Number(headers['content-length'] ?? Infinity)),
      work: (line) => this.#change(app, line),
    });
    const errors = results.flatMap(({ problem }, at) => (problem ? [{ line: at + 1, code: problem.code, detail: problem.detail }] : []));
    const rejected = results.filter(({ status }) => status === 'rejected').length;
    return {
      lines: lines.length,
      accepted: lines.length - rejected,
      rejected,
      errors: errors.slice(0, Math.min(maxListed, Math.max(1, lines.length / 2))),
    };
  }

  async #change({ id: app, settings: { maxTags } }: App, line: unknown): Promise<'accepted'> {
    if (line instanceof RequestInvalid) throw line;
    const { externalId, installation, ...change } = readBody(bulkTag, line);
    if (externalId !== undefined) await this.changeUserTags.execute(app, externalId, change, { maxTags });
    else await this.changeInstallationTags.execute(app, installation ?? '', change, { maxTags });
    return 'accepted';
  }
}

function keyOfLine(line: unknown): string {
  const { externalId, installation } = (line ?? {}) as Record<string, unknown>;
  return JSON.stringify([externalId, installation]);
}
