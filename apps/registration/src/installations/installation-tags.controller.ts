import { AppRepository } from '#libs/access';
import { Allow, Answers, Fails, IfMatch, etagOf, pathId, type Precondition } from '#libs/api';
import {
  IfMatchHeader,
  SdkHeaders,
  appById,
  tagChangeBody,
  tagsAnswer,
  type TagChange,
  FromCaller,
  type Caller,
} from '#libs/registry-http';
import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { TagInstallation } from './tag-installation.ts';

@ApiTags('Installations')
@Allow('server', 'sdk')
@SdkHeaders()
@Controller('v1/apps/:app/installations/:id/tags')
export class InstallationTagsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly tagInstallation: TagInstallation,
  ) {}

  @Post()
  @IfMatchHeader()
  @ApiOperation({ summary: 'Add and remove tags of an installation, free of races' })
  @Answers(tagsAnswer, { description: 'The tags as they are now', example: { tags: ['news', 'vip'] } })
  @Fails('installation_not_found', 'installation_secret_invalid', 'tag_not_writable', 'too_many_tags', 'too_many_conflicts', 'jwt_missing')
  async change(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: tagChangeBody }) change: TagChange,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { revision, tags } = await this.tagInstallation.execute(await appById(this.apps, app), id, change, caller, expected);
    void reply.header('etag', etagOf(revision));
    return { tags: [...tags] };
  }
}
