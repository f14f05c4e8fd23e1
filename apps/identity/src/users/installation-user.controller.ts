import { AppRepository, type App } from '#libs/access';
import { Allow, Answers, Consumes, Fails, IfMatch, etagOf, pathId, type Precondition } from '#libs/api';
import { nestedAttributes, type ChangedUser, type User } from '#libs/registry';
import { IfMatchHeader, SdkHeaders, appById, ignoredFields, FromCaller, type Caller } from '#libs/registry-http';
import { Body, Controller, Delete, Param, Patch, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { BindUser } from './bind-user.ts';
import { ownPartOf } from './own-user-guard.ts';
import { PatchOwner } from './patch-owner.ts';
import { changeUserBody, ownerPatchBody, ownerRecord, type ExternalIdBody, type OwnerPatch } from './user-record.ts';

const changedUser = z
  .object({
    userId: z.string(),
    externalId: z.string().nullable(),
    revision: z.int().meta({ description: 'Of the installation.' }),
    previousUserId: z.string().optional().meta({ description: 'For server keys only.' }),
    previousExternalId: z.string().nullable().optional().meta({ description: 'For server keys only.' }),
    ignoredFields,
  })
  .meta({ id: 'ChangedUser' });

const example = {
  userId: 'b1f6f0de-1a56-5b0e-8f43-6f0c8a3f9d22',
  externalId: 'kim',
  revision: 3,
  previousUserId: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11',
  previousExternalId: 'charlie',
};
const ownerExample = { externalId: 'kim', subscription: 'opted_in' as const, tags: ['pref_news'], attributes: { theme: 'dark' } };
const detachedExample = { ...example, externalId: null, previousExternalId: 'kim' };

@ApiTags('Users')
@Allow('server', 'sdk')
@SdkHeaders()
@Controller('v1/apps/:app/installations/:id/user')
export class InstallationUserController {
  constructor(
    private readonly apps: AppRepository,
    private readonly bindUser: BindUser,
    private readonly patchOwner: PatchOwner,
  ) {}

  @Put()
  @IfMatchHeader()
  @ApiOperation({
    summary: 'changeUser: from now on the installation rings for this user',
    description:
      'An unknown user is made. The same user again changes nothing. What was planned for the user before is not sent to this one.',
  })
  @Answers(changedUser, { description: 'The installation has this user', example })
  @Fails('installation_not_found', 'installation_secret_invalid', 'revision_mismatch', 'too_many_conflicts', 'jwt_missing', 'jwt_expired')
  async change(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: changeUserBody }) { externalId }: ExternalIdBody,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const changed = await this.bindUser.bind(await appById(this.apps, app), id, externalId, caller, expected);
    void reply.header('etag', etagOf(changed.installation.revision));
    return answerOf(changed, caller);
  }

  @Patch()
  @Consumes('application/merge-patch+json', 'application/json')
  @ApiOperation({
    summary: 'Set subscription, attributes and tags of the owner, whoever that is',
    description:
      'Absent fields stay, `null` takes away; tags come and go by name. Anonymous owners, too. An sdk key writes what `settings.sdkWritable` of the app opens.',
  })
  @Answers(ownerRecord, { description: 'The owner as it is now; an sdk key sees what it may write', example: ownerExample })
  @Fails(
    'installation_not_found',
    'installation_secret_invalid',
    'field_not_writable',
    'tag_not_writable',
    'too_many_tags',
    'too_many_attributes',
    'attribute_mismatch',
    'too_many_conflicts',
    'jwt_missing',
    'jwt_expired',
  )
  async patch(
    @Param('app') appId: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: ownerPatchBody }) { tags, ...change }: OwnerPatch,
    @FromCaller() caller: Caller,
  ) {
    const app = await appById(this.apps, appId);
    return ownerOf(await this.patchOwner.execute(app, id, { change, ...(tags && { tags }) }, caller), app, caller);
  }

  @Delete()
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Detach the user: the installation gets a fresh anonymous one',
    description: 'Logging out in the app needs no call: the last user stays reachable until another logs in.',
  })
  @Answers(changedUser, { description: 'The installation is anonymous', example: detachedExample })
  @Fails('installation_not_found', 'installation_secret_invalid', 'revision_mismatch', 'too_many_conflicts', 'jwt_missing', 'jwt_expired')
  async detach(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const changed = await this.bindUser.detach(await appById(this.apps, app), id, caller, expected);
    void reply.header('etag', etagOf(changed.installation.revision));
    return answerOf(changed, caller);
  }
}

function ownerOf(user: User, { settings }: App, { kind }: Caller): z.output<typeof ownerRecord> {
  const { externalId, subscription, tags, attributes } = user;
  const part = kind === 'sdk' ? ownPartOf(user, settings.sdkWritable) : { tags: [...tags], attributes: nestedAttributes(attributes) };
  return { externalId, subscription, ...part };
}

/** Who had the device before is nobody's business who has it now. */
function answerOf({ installation, previousUserId, previousExternalId }: ChangedUser, { kind }: Caller): z.output<typeof changedUser> {
  const { userId, externalId, revision } = installation;
  return { userId, externalId, revision, ...(kind === 'server' && { previousUserId, previousExternalId }) };
}
