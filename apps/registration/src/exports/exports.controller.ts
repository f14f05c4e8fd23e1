import type { Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, Fails, pathId } from '#libs/api';
import { Body, Controller, Get, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { exportExample, exportRecord, exportRecordOf, newExportBody, type NewExportBody } from './export-record.ts';
import { ManageExports } from './manage-exports.ts';

const types = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8; header=present' } as const;
const sealedType = 'application/octet-stream';
const readAhead = 262_144;

@ApiTags('Exports')
@Allow('server')
@Controller('v1/apps/:app/exports')
export class ExportsController {
  constructor(private readonly manage: ManageExports) {}

  @Post()
  @ApiOperation({
    summary: 'Begin an export of installations, users or the token ledger',
    description: 'A file is written in the background; what changes meanwhile may be in it or not.',
  })
  @Answers(exportRecord, {
    status: 201,
    description: 'It runs',
    example: { ...exportExample, state: 'running', rows: 0, bytes: null, finishedAt: null },
  })
  @Fails('tokens_for_admins', 'too_many_exports')
  async create(@Param('app') app: string, @Body({ schema: newExportBody }) body: NewExportBody, @CurrentKey() by: Principal) {
    return exportRecordOf(await this.manage.create(app, body, by));
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far an export has come' })
  @Answers(exportRecord, { description: 'State, rows, bytes', example: exportExample })
  @Fails('export_not_found')
  async get(@Param('app') app: string, @Param('id', { schema: pathId }) id: string) {
    return exportRecordOf(await this.manage.find(app, id));
  }

  @Get(':id/file')
  @ApiOperation({ summary: 'The file of an export that is done', description: 'Of one with tokens: admin keys only.' })
  @ApiProduces(types.ndjson, 'text/csv', sealedType)
  @Fails('export_not_found', 'export_not_ready', 'tokens_for_admins', 'file_missing')
  async file(@Param('app') app: string, @Param('id', { schema: pathId }) id: string, @CurrentKey() by: Principal): Promise<StreamableFile> {
    const { job, bytes } = await this.manage.file(app, id, by);
    const name = `${app}-${job.what}.${job.format}${job.recipient === null ? '' : '.age'}`;
    return new StreamableFile(Readable.from(bytes, { objectMode: false, highWaterMark: readAhead }), {
      type: job.recipient === null ? types[job.format] : sealedType,
      disposition: `attachment; filename="${name}"`,
      ...(job.bytes !== null && { length: job.bytes }),
    });
  }
}
