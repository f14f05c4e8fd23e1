import { Allow, Answers, Fails, pathId } from '#libs/api';
import { InstallationRepository, type AudiencePreview } from '#libs/registry';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { previewAnswer, previewBody, previewExample } from './preview-body.ts';
import { readAudience } from './read-audience.ts';

@ApiTags('Audiences')
@Controller('v1/apps/:app/audiences')
@Allow('server')
export class AudiencesController {
  constructor(private readonly installations: InstallationRepository) {}

  @Post('preview')
  @ApiOperation({ summary: 'Count whom an audience selects', description: 'Exact, and never cut, by the query that a send uses.' })
  @Answers(previewAnswer, { description: 'The counts, and a sample', example: previewExample })
  @Fails('target_empty', 'tag_expression_invalid')
  async preview(@Param('app', { schema: pathId }) app: string, @Body({ schema: previewBody }) body: unknown): Promise<AudiencePreview> {
    return this.installations.preview(app, readAudience(body), null);
  }
}
