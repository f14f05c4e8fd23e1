import { CredentialNotFound, CredentialRepository, ProviderUnavailable, type Principal } from '#libs/access';
import { Allow, Answers, CurrentKey, DocumentedBody, Fails, IfMatch, etagOf, readBody, type Precondition } from '#libs/api';
import { Clock, type ProviderName } from '#libs/kernel';
import { IfMatchHeader } from '#libs/registry-http';
import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  anyCredentialBody,
  bodyExamples,
  bodyOf,
  checkAnswer,
  checkExample,
  credentialAnswer,
  credentialAnswerOf,
  credentialExample,
  credentialSetAnswer,
  providerName,
  setQuery,
} from './credential-bodies.ts';
import { CheckStoredCredential } from './check-stored-credential.ts';
import { RollBackCredential } from './roll-back-credential.ts';
import { SetCredential } from './set-credential.ts';

@ApiTags('Credentials')
@Allow()
@Controller('v1/apps/:app/credentials')
export class CredentialsController {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly setCredential: SetCredential,
    private readonly checkStored: CheckStoredCredential,
    private readonly rollBack: RollBackCredential,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the credentials of the app' })
  @Answers(z.object({ items: z.array(credentialAnswer), cursor: z.string().nullable() }), {
    description: 'Credentials by provider, without their secrets',
    example: { items: [credentialExample], cursor: null },
  })
  async list(@Param('app') app: string) {
    return { items: (await this.credentials.list(app)).map((stored) => credentialAnswerOf(stored, this.clock.now())), cursor: null };
  }

  @Put(':provider')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Set what the app sends with through a provider',
    description:
      'Replaces the credential; `bundleIds` stay unless named. The provider is asked first: what it refuses is not stored. `{"simulated": true}` sends to the simulators. Secrets are never returned.',
  })
  @DocumentedBody(anyCredentialBody, bodyExamples)
  @Answers(credentialSetAnswer, { description: 'Set', example: { ...credentialExample, check: { verdict: 'accepted', findings: [] } } })
  @Fails('credentials_refused', 'demo_is_simulated', 'provider_unavailable', 'revision_mismatch', 'stale_revision')
  async put(
    @Param('app') app: string,
    @Param('provider', { schema: providerName }) provider: ProviderName,
    @Body() body: unknown,
    @Query({ schema: setQuery }) { check }: z.output<typeof setQuery>,
    @IfMatch() expected: Precondition | undefined,
    @CurrentKey() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const schema = bodyOf(provider, body);
    if (!schema) throw new ProviderUnavailable(provider);
    const isChecked = check === 'true';
    const set = await this.setCredential.execute({ app, provider, body: readBody(schema, body), expected, by, isChecked });
    void reply.header('etag', etagOf(set.stored.revision));
    return { ...credentialAnswerOf(set.stored, this.clock.now()), check: set.check };
  }

  @Get(':provider')
  @ApiOperation({ summary: 'Read a credential, without its secrets' })
  @Answers(credentialAnswer, { description: 'The credential', example: credentialExample })
  @Fails('credential_not_found')
  async get(
    @Param('app') app: string,
    @Param('provider', { schema: providerName }) provider: ProviderName,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const stored = await this.credentials.find(app, provider);
    if (!stored) throw new CredentialNotFound(provider);
    void reply.header('etag', etagOf(stored.revision));
    return credentialAnswerOf(stored, this.clock.now());
  }

  @Post(':provider/check')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Ask the provider about the credential',
    description: 'With messages that reach nobody. Tells in plain words what is wrong, and what to do; nothing changes.',
  })
  @Answers(checkAnswer, { description: 'What the provider says', example: checkExample })
  @Fails('credential_not_found', 'credential_check_unavailable')
  check(@Param('app') app: string, @Param('provider', { schema: providerName }) provider: ProviderName, @CurrentKey() by: Principal) {
    return this.checkStored.execute(app, provider, by);
  }

  @Post(':provider/rollback')
  @HttpCode(200)
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Go back to the credential before this one',
    description: 'As a new revision; a second call goes forward again. The provider is not asked: check it afterwards.',
  })
  @Answers(credentialAnswer, { description: 'The credential that was before', example: { ...credentialExample, revision: 3 } })
  @Fails('credential_not_found', 'credential_version_missing', 'revision_mismatch', 'stale_revision')
  async rollback(
    @Param('app') app: string,
    @Param('provider', { schema: providerName }) provider: ProviderName,
    @IfMatch() expected: Precondition | undefined,
    @CurrentKey() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const stored = await this.rollBack.execute({ app, provider, expected, by });
    void reply.header('etag', etagOf(stored.revision));
    return credentialAnswerOf(stored, this.clock.now());
  }
}
