import { Allow, Answers, pathId } from '#libs/api';
import { Clock, isoTime } from '#libs/kernel';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { FILE_HOUR_MS, behindMs } from './hourly-file.ts';
import { HourlyFileStore } from './hourly-file.store.ts';
import { WriteHourlyFiles } from './write-hourly-files.ts';

const last = z.object({
  name: z.string(),
  facts: z.int(),
  bytes: z.int().meta({ description: 'Compressed' }),
  writtenAt: z.iso.datetime(),
});
const files = z
  .object({
    place: z.enum(['folder', 's3']).nullable().meta({ description: 'Where files are put; null: nobody asked for any (`ACTIVITY_FILES`)' }),
    writtenUntil: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Hours before are in files, or nothing happened in them; null before the first' }),
    behindSeconds: z.int().meta({ description: 'For how long the oldest hour is over that is not written' }),
    last: last.nullable().meta({ description: 'The last file' }),
  })
  .meta({ id: 'ActivityFiles' });

const example = {
  ...{ place: 's3', writtenUntil: '2026-01-31T10:00:00.000Z', behindSeconds: 0 },
  last: { name: 'shop/2026/01/31/09.ndjson.gz', facts: 31_337, bytes: 2_718_281, writtenAt: '2026-01-31T10:01:04.000Z' },
} as const;

@ApiTags('Activity')
@Allow('server')
@Controller('v1/apps/:app/activity/files')
export class HourlyFilesController {
  constructor(
    private readonly store: HourlyFileStore,
    private readonly writeHourlyFiles: WriteHourlyFiles,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'How far hourly files are',
    description: 'The facts of each hour in UTC as a file of lines, compressed; an hour in which nothing happened has none.',
  })
  @Answers(files, { description: 'How far they are', example })
  async read(@Param('app', { schema: pathId }) app: string): Promise<z.input<typeof files>> {
    const { kind } = this.writeHourlyFiles;
    const position = kind === null ? undefined : await this.store.find(app);
    if (!position) return { place: kind, writtenUntil: null, behindSeconds: 0, last: null };
    return {
      place: kind,
      writtenUntil: isoTime(position.hour * FILE_HOUR_MS),
      behindSeconds: Math.round(behindMs(position, this.clock.now()) / 1_000),
      last: position.last && { ...position.last, writtenAt: isoTime(position.last.writtenAt) },
    };
  }
}
