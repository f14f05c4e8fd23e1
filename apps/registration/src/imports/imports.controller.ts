import { Allow, Answers, DocumentedBodies, Fails, RequestInvalid, ndjson, pathId } from '#libs/api';
import { ImportRepository, type ProblemPlace } from '#libs/registry';
import { Body, Controller, Get, Param, Post, Put, type StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import {
  MAX_PARTS,
  importExample,
  importRecord,
  importRecordOf,
  newImportBody,
  partRecord,
  problemRecordOf,
  type NewImportBody,
} from './import-record.ts';
import { ManageImports } from './manage-imports.ts';

const partNumber = z.coerce
  .number()
  .pipe(z.int().min(1).max(MAX_PARTS))
  .meta({ description: 'From 1; parts are read in this order.', type: 'integer', minimum: 1, maximum: MAX_PARTS });
const anyBytes = z.string().meta({
  description: 'The file, or a part of it; `Content-Encoding: gzip` is understood. At most 1 GiB, inflated.',
  format: 'binary',
  examples: ['{"installationId":"phone-1","platform":"ios","token":"740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"}\n'],
});
const problemStep = 500;

@ApiTags('Imports')
@Allow('server')
@Controller('v1/apps/:app/imports')
export class ImportsController {
  constructor(
    private readonly manage: ManageImports,
    private readonly imports: ImportRepository,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Begin an import of installations and users',
    description: 'Parts come next, then `start`. Every line is imported exactly once, whatever dies in between.',
  })
  @Answers(importRecord, { status: 201, description: 'Open: it takes parts', example: { ...importExample, state: 'open', parts: [] } })
  @Fails('too_many_imports')
  async create(@Param('app') app: string, @Body({ schema: newImportBody }) body: NewImportBody) {
    return importRecordOf(await this.manage.create(app, body));
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far an import has come' })
  @Answers(importRecord, { description: 'State, counts, rate and the first 100 problems', example: importExample })
  @Fails('import_not_found')
  async get(@Param('app') app: string, @Param('id', { schema: pathId }) id: string) {
    return importRecordOf(await this.manage.find(app, id));
  }

  @Put(':id/parts/:part')
  @ApiOperation({
    summary: 'Send a part of the file',
    description:
      'Streamed: NDJSON, CSV with a header, an array of JSON, or the system’s own file, as its first character says. The same part again takes the place of the one before; one that broke off is sent again.',
  })
  @DocumentedBodies({ 'application/x-ndjson': anyBytes, 'text/csv': anyBytes, 'application/octet-stream': anyBytes })
  @Answers(partRecord, { description: 'Stored', example: { part: 1, bytes: 412_000_000 } })
  @Fails('import_not_found', 'import_not_ready', 'body_too_large')
  async putPart(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Param('part', { schema: partNumber }) part: number,
    @Body() body: Readable | undefined,
  ) {
    if (!body) throw new RequestInvalid([{ pointer: '', message: 'is missing; must be a part of the file' }]); // an upload without its file must not empty the part
    return this.manage.putPart(app, id, part, body);
  }

  @Post(':id/start')
  @ApiOperation({ summary: 'Read the parts that have come', description: 'Safe to repeat.' })
  @Answers(importRecord, { description: 'It runs, or has run', example: importExample })
  @Fails('import_not_found', 'import_not_ready')
  async start(@Param('app') app: string, @Param('id', { schema: pathId }) id: string) {
    return importRecordOf(await this.manage.start(app, id));
  }

  @Post(':id/cancel')
  @ApiOperation({ summary: 'End an import before its end', description: 'What it has written stays. Safe to repeat.' })
  @Answers(importRecord, { description: 'Cancelled', example: { ...importExample, state: 'cancelled' } })
  @Fails('import_not_found', 'import_not_ready')
  async cancel(@Param('app') app: string, @Param('id', { schema: pathId }) id: string) {
    return importRecordOf(await this.manage.cancel(app, id));
  }

  @Get(':id/errors')
  @ApiOperation({ summary: 'Every problem of an import, a line each' })
  @ApiProduces('application/x-ndjson')
  @Fails('import_not_found')
  async errors(@Param('app') app: string, @Param('id', { schema: pathId }) id: string): Promise<StreamableFile> {
    const job = await this.manage.find(app, id);
    return ndjson(this.#problems(job.id));
  }

  async *#problems(id: string): AsyncGenerator<object> {
    let after: ProblemPlace | undefined;
    for (;;) {
      const found = await this.imports.problems(id, after, problemStep);
      for (const { problem } of found) yield problemRecordOf(problem);
      if (found.length < problemStep) return;
      after = found.at(-1)?.place;
    }
  }
}
