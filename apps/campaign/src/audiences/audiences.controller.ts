import { Allow, Answers, Fails, pathId } from '#libs/api';
import { InstallationRepository, type AudiencePreview } from '#libs/registry';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { documented } from '../sends/documented.ts';
import { everyoneTarget, tagsTarget } from '../sends/target-body.ts';
import { readAudience } from './read-audience.ts';

const previewBody = z.union([everyoneTarget, tagsTarget]).meta({ id: 'Audience', examples: [{ tags: 'vip && !muted' }] });
const count = z.int().min(0);
const previewAnswer = z
  .object({
    installations: count,
    users: count,
    byPlatform: z.record(z.string(), count),
    byLanguage: z.record(z.string(), count),
    sample: z.array(z.string()).meta({ description: 'Ids of at most 10 of the installations.' }),
  })
  .meta({ id: 'AudiencePreview' });
const example = {
  installations: 4_000,
  users: 3_900,
  byPlatform: { ios: 2_100, android: 1_900 },
  byLanguage: { fr: 1_600, en: 2_400 },
  sample: ['phone-1'],
};

const documentedPreviewBody = documented(previewBody);

@ApiTags('audiences')
@Controller('v1/apps/:app/audiences')
@Allow('server')
export class AudiencesController {
  constructor(private readonly installations: InstallationRepository) {}

  @Post('preview')
  @ApiOperation({ summary: 'Count whom an audience selects', description: 'Exact, and never cut, by the query that a send uses.' })
  @Answers(previewAnswer, { description: 'The counts, and a sample', example })
  @Fails('target_empty', 'tag_expression_invalid')
  async preview(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: documentedPreviewBody }) body: unknown,
  ): Promise<AudiencePreview> {
    return this.installations.preview(app, readAudience(body), null);
  }
}
