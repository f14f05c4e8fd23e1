import { AppRepository } from '#libs/access';
import { Allow, Answers, Consumes, Fails, IfMatch, etagOf, pathId, type Precondition } from '#libs/api';
import {
  IfMatchHeader,
  InstallationIdHeader,
  SdkHeaders,
  appById,
  newExternalIdField,
  userPatchBody,
  type UserPatch,
  FromCaller,
  type Caller,
} from '#libs/registry-http';
import { Body, Controller, Get, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ownUserOf } from './own-user-guard.ts';
import { PatchUser } from './patch-user.ts';
import { ShowUser } from './show-user.ts';
import { externalIdBody, type ExternalIdBody, userEtagOf, patchedUser, userExample, userRecord } from './user-record.ts';

@ApiTags('Users')
@Controller('v1/apps/:app/users')
export class UsersController {
  constructor(
    private readonly apps: AppRepository,
    private readonly showUser: ShowUser,
    private readonly patchUser: PatchUser,
  ) {}

  @Post('lookup')
  @Allow('server')
  @ApiOperation({ summary: 'Read a user whose id should not stand in a URL' })
  @Answers(userRecord, { description: 'The user with its installations', example: userExample })
  @Fails('user_not_found')
  async lookup(@Param('app') app: string, @Body({ schema: externalIdBody }) { externalId }: ExternalIdBody) {
    return this.showUser.execute(app, externalId);
  }

  @Get(':externalId')
  @Allow('server')
  @ApiOperation({ summary: 'Read a user with its installations' })
  @Answers(userRecord, { description: 'The user with its installations', example: userExample })
  @Fails('user_not_found')
  async read(
    @Param('app') app: string,
    @Param('externalId', { schema: pathId }) externalId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const record = await this.showUser.execute(app, externalId);
    void reply.header('etag', userEtagOf(record));
    return record;
  }

  @Patch(':externalId')
  @Allow('server', 'sdk')
  @SdkHeaders()
  @InstallationIdHeader()
  @IfMatchHeader()
  @Consumes('application/merge-patch+json', 'application/json')
  @ApiOperation({
    summary: 'Set subscription, tags, attributes and aliases of a user',
    description:
      'Absent fields stay, `null` takes away; attributes may nest, add up (`$inc`), and change their lists (`$add`, `$remove`). A server key makes a user that nobody knew. The next send sees the change.',
  })
  @Answers(patchedUser, { description: 'The user as it is now; an sdk key sees what it may write', example: userExample })
  @Fails(
    'user_not_found',
    'user_not_own',
    'revision_mismatch',
    'field_not_writable',
    'tag_not_writable',
    'installation_secret_invalid',
    'too_many_tags',
    'too_many_attributes',
    'attribute_mismatch',
    'alias_taken',
    'too_many_conflicts',
    'jwt_missing',
  )
  async patch(
    @Param('app') appId: string,
    @Param('externalId', { schema: newExternalIdField }) externalId: string,
    @Body({ schema: userPatchBody }) body: UserPatch,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const app = await appById(this.apps, appId);
    const user = await this.patchUser.execute(app, externalId, body, caller, expected);
    void reply.header('etag', etagOf(user.revision));
    if (caller.kind === 'sdk') return ownUserOf(user, app.settings.sdkWritable);
    return this.showUser.execute(appId, externalId);
  }
}
