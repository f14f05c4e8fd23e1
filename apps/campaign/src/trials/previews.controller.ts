import { Allow, Answers, Fails, pathId } from '#libs/api';
import { Clock, Turns } from '#libs/kernel';
import { sentenceOf } from '#libs/sends';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { TemplateNotFound } from '../campaigns/templates.controller.ts';
import { documented } from '../intake/documented.ts';
import { TemplateRepository } from '../templates/template.ts';
import { messagePreview, messagePreviewExample, previewedMessage, previewedTemplate } from './preview-body.ts';
import { PreviewMessage, type MessagePreviewed } from './preview-message.ts';

const description =
  'Payload, bytes and limit by provider, for the installations of a user, for one, or for a device that nobody has; with `to`, also what a sample of up to 1,000 of that audience comes to, and what of it would fail. Nothing is sent or stored.';
const fails = [
  'target_empty', 'tag_expression_invalid', 'filter_invalid', 'condition_invalid', 'audience_unknown', 'template_invalid', 'reserved_data_key',
  'installation_not_found', 'user_not_found', 'too_many_for_transactional', 'provider_call_unavailable',
] as const; // prettier-ignore

@ApiTags('Templates')
@Controller('v1/apps/:app')
@Allow('server')
export class PreviewsController {
  constructor(
    private readonly previewMessage: PreviewMessage,
    private readonly templates: TemplateRepository,
    private readonly clock: Clock,
  ) {}

  @Post('messages/preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'What each provider would get of a message', description })
  @Answers(messagePreview, { description: 'By provider, and what would fail', example: messagePreviewExample })
  @Fails(...fails, 'template_unknown')
  async message(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: documented(previewedMessage) }) body: unknown,
  ): Promise<z.input<typeof messagePreview>> {
    await Turns.take(this.clock, app);
    return shown(await this.previewMessage.execute(app, body));
  }

  @Post('templates/:name/preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'What each provider would get of a template', description })
  @Answers(messagePreview, { description: 'By provider, and what would fail', example: messagePreviewExample })
  @Fails('template_not_found', ...fails)
  async template(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: pathId }) name: string,
    @Body({ schema: documented(previewedTemplate) }) body: unknown,
  ): Promise<z.input<typeof messagePreview>> {
    await Turns.take(this.clock, app);
    const template = await this.templates.findById(app, name);
    if (!template) throw new TemplateNotFound(name);
    return shown(await this.previewMessage.execute(app, body, template));
  }
}

function shown({ providers, missing, of, failed, failures }: MessagePreviewed): z.input<typeof messagePreview> {
  return {
    providers: Object.fromEntries(
      Object.entries(providers).map(([provider, { provider: _, sample, ...one }]) => [
        provider,
        { ...one, sentence: inWords(one), sample: sample && withoutProvider(sample) },
      ]),
    ),
    missing: [...missing],
    wouldFail: {
      of,
      count: failed,
      firstReasons: failures.map((failure) => ({ ...failure, sentence: inWords(failure) })),
    },
  };
}

function withoutProvider<T extends object>({ provider: _, ...rest }: T & { readonly provider: string }) {
  return rest;
}

function inWords({ outcome, reason }: { readonly outcome: string; readonly reason: string | null }): string | null {
  return outcome === 'accepted' ? null : sentenceOf(outcome, reason);
}
