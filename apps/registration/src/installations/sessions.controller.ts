import { AppRepository } from '#libs/access';
import { Allow, Answers, Direct, Fails, IfMatch, etagOf, pathId, type Precondition } from '#libs/api';
import { IfMatchHeader, SdkHeaders, appById, installationExample, FromCaller, type Caller } from '#libs/registry-http';
import { Body, Controller, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { sessionAnswer, sessionAnswerOf } from './installation-answers.ts';
import { sessionBody, type SessionBody } from './installation-bodies.ts';
import { OpenSession } from './open-session.ts';

@ApiTags('Installations')
@Allow('server', 'sdk')
@SdkHeaders()
@Controller('v1/apps/:app/installations/:id/sessions')
export class SessionsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly openSession: OpenSession,
  ) {}

  @Post()
  @Direct()
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Start a session: the light call for a start at which nothing changed',
    description: 'Without a token only `lastSeenAt` moves. 404 for an unknown id: register it then.',
  })
  @Answers(sessionAnswer, { description: 'The session has started', example: { ...installationExample, tokenChanged: false } })
  @Fails('installation_not_found', 'installation_secret_invalid', 'too_many_conflicts', 'jwt_missing')
  async start(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: sessionBody }) body: SessionBody,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const started = await this.openSession.execute(await appById(this.apps, app), id, body, caller, expected);
    void reply.header('etag', etagOf(started.installation.revision));
    return sessionAnswerOf(started);
  }
}
