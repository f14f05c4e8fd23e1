import { AppRepository } from '#libs/access';
import {
  Allow,
  AlsoAnswers,
  Answers,
  AnswersNothing,
  Direct,
  Fails,
  IfMatch,
  etagOf,
  ignoreFields,
  pathId,
  type Precondition,
} from '#libs/api';
import {
  IfMatchHeader,
  SdkHeaders,
  appById,
  installationExample,
  installationRecordOf,
  newIdField,
  FromCaller,
  InstallationGuard,
  type Caller,
} from '#libs/registry-http';
import { Body, Controller, Delete, Get, Param, Put, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ForgetInstallation } from './forget-installation.ts';
import {
  installationAnswer,
  registeredAnswer,
  registeredAnswerOf,
  registeredBySdkExample,
  registeredExample,
} from './installation-answers.ts';
import { registerBody, type RegisterBody } from './installation-bodies.ts';
import { PutInstallation } from './put-installation.ts';
import { RegistrationMetrics } from './registration-metrics.ts';

@ApiTags('Installations')
@Allow('server', 'sdk')
@SdkHeaders()
@Controller('v1/apps/:app/installations/:id')
export class InstallationsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly guard: InstallationGuard,
    private readonly putInstallation: PutInstallation,
    private readonly forgetInstallation: ForgetInstallation,
    private readonly metrics: RegistrationMetrics,
  ) {}

  @Put()
  @Direct()
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Register an installation, refresh its token and start its session: the one call per app start',
    description:
      'Absent fields stay as they are, `null` clears. The first call needs `platform` and `provider`. Of an sdk key, an optional field that does not hold, and tags and attributes that the app keeps for its servers, are left out and named in `ignoredFields`.',
  })
  @Answers(registeredAnswer, { description: 'Registered again', example: { ...registeredExample, created: false, tokenChanged: false } })
  @AlsoAnswers(registeredAnswer, { status: 201, description: 'Registered for the first time', example: registeredBySdkExample })
  @Fails('platform_required', 'too_many_tags', 'installation_secret_invalid', 'external_id_reserved', 'too_many_conflicts', 'jwt_missing')
  async put(
    @Param('app') app: string,
    @Param('id', { schema: newIdField }) id: string,
    @Body({ schema: registerBody }) body: RegisterBody,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const registered = await this.putInstallation.execute({ app: await appById(this.apps, app), id, body, caller, expected });
    ignoreFields(registered.ignoredFields);
    this.metrics.registered(app, registered.created);
    void reply.status(registered.created ? 201 : 200).header('etag', etagOf(registered.installation.revision));
    return registeredAnswerOf(registered);
  }

  @Get()
  @ApiOperation({ summary: 'Read an installation; an sdk key only its own' })
  @Answers(installationAnswer, { description: 'The installation, without its token', example: installationExample })
  @Fails('installation_not_found', 'installation_secret_invalid', 'jwt_missing')
  async get(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @FromCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const installation = await this.guard.installationFor(await appById(this.apps, app), id, caller);
    void reply.header('etag', etagOf(installation.revision));
    return installationRecordOf(installation);
  }

  @Delete()
  @IfMatchHeader()
  @ApiOperation({ summary: 'Forget an installation', description: 'The same id may be registered again at once.' })
  @AnswersNothing('Forgotten')
  @Fails('installation_not_found', 'installation_secret_invalid', 'jwt_missing')
  async remove(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @FromCaller() caller: Caller,
    @IfMatch() expected: Precondition | undefined,
  ): Promise<void> {
    await this.forgetInstallation.execute(await appById(this.apps, app), id, caller, expected);
  }
}
