import { AppRepository } from '#libs/access';
import { Allow, Answers, Fails, IfMatch, etagOf, pathId, type Precondition } from '#libs/api';
import {
  IfMatchHeader,
  InstallationIdHeader,
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
import { ownUserOf } from './own-user-guard.ts';
import { TagUser } from './tag-user.ts';

@ApiTags('Users')
@Allow('server', 'sdk')
@SdkHeaders()
@InstallationIdHeader()
@Controller('v1/apps/:app/users/:externalId/tags')
export class UserTagsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly tagUser: TagUser,
  ) {}

  @Post()
  @IfMatchHeader()
  @ApiOperation({ summary: 'Add and remove tags of a user, free of races' })
  @Answers(tagsAnswer, { description: 'The tags as they are now; an sdk key sees those it may write', example: { tags: ['vip'] } })
  @Fails(
    'user_not_found',
    'user_not_own',
    'revision_mismatch',
    'tag_not_writable',
    'installation_secret_invalid',
    'too_many_tags',
    'too_many_conflicts',
    'jwt_missing',
  )
  async change(
    @Param('app') appId: string,
    @Param('externalId', { schema: pathId }) externalId: string,
    @Body({ schema: tagChangeBody }) change: TagChange,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const app = await appById(this.apps, appId);
    const user = await this.tagUser.execute(app, externalId, change, caller, expected);
    void reply.header('etag', etagOf(user.revision));
    return { tags: caller.kind === 'sdk' ? ownUserOf(user, app.settings.sdkWritable).tags : [...user.tags] };
  }
}
