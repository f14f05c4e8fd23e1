import { APP_ID, AppNotFound, AppRepository, isAlive, type Principal } from '#libs/access';
import {
  Allow,
  AlsoAnswers,
  Answers,
  AnswersNothing,
  AppMayBeNew,
  Consumes,
  CurrentKey,
  Fails,
  IfMatch,
  decodeCursor,
  etagOf,
  page,
  pageOf,
  pageQuery,
  type Precondition,
} from '#libs/api';
import { IfMatchHeader } from '#libs/registry-http';
import { Body, Controller, Delete, Get, Param, Patch, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { appAnswer, appAnswerOf, appExample } from './app-answer.ts';
import { patchAppBody, putAppBody, type AppChange } from './app-bodies.ts';
import { DeleteApp, PatchApp, PutApp } from './change-app.ts';

const appId = z.string().regex(APP_ID, 'Small letters, digits, - and _, at most 63, the first a letter or digit').meta({ example: 'shop' });
const position = z.string();

@ApiTags('Apps')
@Allow()
@Controller('v1/apps')
export class AppsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly putApp: PutApp,
    private readonly patchApp: PatchApp,
    private readonly deleteApp: DeleteApp,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the apps' })
  @Answers(pageOf(appAnswer), { description: 'Apps by id', example: { items: [appExample], cursor: null } })
  async list(@Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>) {
    const apps = await this.apps.list(decodeCursor(cursor, position), limit + 1);
    return page(apps, limit, appAnswerOf, ({ id }) => id);
  }

  @Put(':app')
  @AppMayBeNew()
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Make an app, or change it',
    description: 'Merges: what the body does not name stays as it is. `{}` makes an app with all defaults.',
  })
  @Answers(appAnswer, { description: 'Changed', example: { ...appExample, revision: 2 } })
  @AlsoAnswers(appAnswer, { description: 'Made', example: appExample })
  @Fails('app_deleted', 'revision_mismatch', 'stale_revision')
  async put(
    @Param('app', { schema: appId }) id: string,
    @Body({ schema: putAppBody }) change: AppChange,
    @IfMatch() expected: Precondition | undefined,
    @CurrentKey() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { app, created } = await this.putApp.execute({ id, change, expected, by });
    void reply.status(created ? 201 : 200).header('etag', etagOf(app.revision));
    return appAnswerOf(app);
  }

  @Get(':app')
  @ApiOperation({ summary: 'Read an app' })
  @Answers(appAnswer, { description: 'The app', example: appExample })
  async get(@Param('app') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const app = await this.apps.findById(id);
    if (!isAlive(app)) throw new AppNotFound(id);
    void reply.header('etag', etagOf(app.revision));
    return appAnswerOf(app);
  }

  @Patch(':app')
  @Consumes('application/merge-patch+json', 'application/json')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Change an app that exists', description: 'A JSON merge patch: null brings a default back.' })
  @Answers(appAnswer, { description: 'Changed', example: { ...appExample, revision: 3 } })
  @Fails('revision_mismatch', 'stale_revision')
  async patch(
    @Param('app') id: string,
    @Body({ schema: patchAppBody }) change: AppChange,
    @IfMatch() expected: Precondition | undefined,
    @CurrentKey() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const app = await this.patchApp.execute({ id, change, expected, by });
    void reply.header('etag', etagOf(app.revision));
    return appAnswerOf(app);
  }

  @Delete(':app')
  @IfMatchHeader()
  @ApiOperation({
    summary: 'Delete an app',
    description:
      'Its keys are refused from this moment, nothing can be read or sent, and its id is not given again. What came back from its devices and what is told outside (webhooks, deliveries, activity, receipts, conversions, statistics, dead letters, marks of frequency caps) goes within minutes, and nothing brings it back; its installations, users, sends and campaigns stay, sealed off in the database.',
  })
  @AnswersNothing('Deleted')
  @Fails('revision_mismatch', 'stale_revision')
  async delete(@Param('app') id: string, @IfMatch() expected: Precondition | undefined, @CurrentKey() by: Principal): Promise<void> {
    await this.deleteApp.execute({ id, expected, by });
  }
}
