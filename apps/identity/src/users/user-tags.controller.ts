import { AppRepository } from '#libs/access';
import { Allow, Answers, Fails, pathId } from '#libs/api';
import {
  InstallationIdHeader,
  SdkHeaders,
  appById,
  tagChangeBody,
  tagsAnswer,
  type TagChange,
  FromCaller,
  type Caller,
} from '#libs/registry-http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ownUserOf } from './own-user.ts';
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
  @ApiOperation({ summary: 'Add and remove tags of a user, free of races' })
  @Answers(tagsAnswer, { description: 'The tags as they are now; an sdk key sees those it may write', example: { tags: ['vip'] } })
  @Fails(
    'user_not_found',
    'user_not_own',
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
  ) {
    const app = await appById(this.apps, appId);
    const user = await this.tagUser.execute(app, externalId, change, caller);
    return { tags: caller.kind === 'sdk' ? ownUserOf(user, app.settings.sdkWritable).tags : [...user.tags] };
  }
}
