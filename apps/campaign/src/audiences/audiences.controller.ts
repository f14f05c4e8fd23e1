import {
  Allow, AlsoAnswers, Answers, AnswersNothing, Fails, IfMatch, RequestInvalid, checkPrecondition, decodeCursor, etagOf, page, pageOf, pageQuery, pathId, readBody, type Precondition,
} from '#libs/api'; // prettier-ignore
import { Clock, Turns, isoTime } from '#libs/kernel';
import {
  InstallationNotFound,
  InstallationRepository,
  filteredInstallations,
  firstFalseIn,
  UserNotFound,
  UserRepository,
  type Installation,
} from '#libs/registry';
import { IfMatchHeader, externalIdField } from '#libs/registry-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AudienceRepository, type SavedAudience } from '../documents/audience.ts';
import { documented } from '../intake/documented.ts';
import { objectIn } from '../intake/read-send.ts';
import { ResolveFilter } from '../intake/resolve-filter.ts';
import { audienceTarget, filterTarget, textTarget } from '../intake/target-body.ts';
import { audienceBody, audienceExample, audienceRecord, audienceRecordOf, readSavedAudience } from './audience-body.ts';
import { AudienceInUse, AudienceNotFound } from './audience-errors.ts';
import { FindAudienceUses } from './find-named-audience.ts';
import { previewAnswer, previewBody, previewExample } from './preview-body.ts';
import { readAudience } from './read-audience.ts';

const documentedAudienceBody = documented(audienceBody);
const audiencePage = pageOf(audienceRecord).meta({ id: 'AudiencePage' });
const asked = { installation: pathId.optional(), user: externalIdField.optional() };
interface Asked {
  readonly installation?: string | undefined;
  readonly user?: string | undefined;
}
const explainBody = documented(
  z.union([filterTarget.extend(asked), textTarget.extend(asked), audienceTarget.extend(asked)]).meta({
    id: 'ExplainAudience',
    description: 'An audience, and one of installation and user (an external id).',
    examples: [
      { audience: 'regulars', installation: 'phone-1' },
      { text: 'tag:vip', user: 'kim' },
    ],
  }),
);
const verdict = z.object({
  matches: z.boolean(),
  firstFalse: z
    .object({ pointer: z.string(), leaf: z.record(z.string(), z.unknown()), actual: z.unknown() })
    .nullable()
    .meta({
      description: 'The condition that keeps the installation out, its place in the filter, and what the installation has instead.',
    }),
});
const explained = verdict
  .extend({
    installations: z
      .array(verdict.extend({ installation: z.string() }))
      .optional()
      .meta({
        description:
          'Where a user was asked for, each of its installations: `matches` says whether one of them does, `firstFalse` is that of the first.',
      }),
  })
  .meta({ id: 'AudienceExplained' });
const explainedExample = {
  matches: false,
  firstFalse: { pointer: '/and/0', leaf: { device: 'platform', op: 'eq', value: 'ios' }, actual: 'android' },
};

@ApiTags('Audiences')
@Controller('v1/apps/:app/audiences')
@Allow('server')
export class AudiencesController {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly audiences: AudienceRepository,
    private readonly resolve: ResolveFilter,
    private readonly uses: FindAudienceUses,
    private readonly clock: Clock,
  ) {}

  @Post('preview')
  @ApiOperation({ summary: 'Count whom an audience selects', description: 'Exact, and never cut, by the query that a send uses.' })
  @Answers(previewAnswer, { description: 'The counts, and a sample', example: previewExample })
  @Fails('target_empty', 'tag_expression_invalid', 'filter_invalid', 'audience_unknown')
  async preview(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: previewBody }) body: unknown,
  ): Promise<z.input<typeof previewAnswer>> {
    await Turns.take(this.clock, app);
    const audience = await readAudience(app, body, this.clock.now(), this.resolve);
    const begunAt = performance.now();
    const preview = await this.installations.preview(app, audience, null);
    const ms = Math.round(performance.now() - begunAt);
    return { ...preview, sample: [...preview.sample], cost: { rowsRead: await this.installations.count(app), ms } };
  }

  @Post('explain')
  @HttpCode(200)
  @ApiOperation({ summary: 'Why an installation, or a user, is in an audience or not' })
  @Answers(explained, { description: 'Whether it matches, and what is in the way', example: explainedExample })
  @Fails('filter_invalid', 'audience_unknown', 'installation_not_found', 'user_not_found')
  async explain(
    @Param('app', { schema: pathId }) app: string,
    @Body({ schema: explainBody }) body: unknown,
  ): Promise<z.input<typeof explained>> {
    await Turns.take(this.clock, app);
    const { installation, user, ...target } = objectIn(body);
    const audience = await readAudience(app, target, this.clock.now(), this.resolve);
    const found = await this.#asked(app, readBody(z.object(asked), { installation, user }));
    if (audience.kind !== 'filter') return { matches: true, firstFalse: null };
    const { filter } = audience;
    const verdicts = (await filteredInstallations(filter, found, this.installations)).map((one) => {
      const firstFalse = firstFalseIn(filter, one);
      return {
        installation: one.id,
        matches: firstFalse === null,
        firstFalse: firstFalse && { ...firstFalse, leaf: { ...firstFalse.leaf } },
      };
    });
    const matches = verdicts.some((one) => one.matches);
    const [first] = verdicts;
    return {
      matches,
      firstFalse: matches || !first ? null : first.firstFalse,
      ...(user !== undefined && { installations: verdicts }),
    };
  }

  /** The installation asked about, or those of the user. Throws RequestInvalid, InstallationNotFound, UserNotFound. */
  async #asked(app: string, { installation: id, user: externalId }: Asked): Promise<readonly Installation[]> {
    if (id !== undefined && externalId === undefined) {
      const installation = await this.installations.findById(app, id);
      if (installation?.deletedAt !== null) throw new InstallationNotFound(id);
      return [installation];
    }
    if (externalId === undefined || id !== undefined)
      throw new RequestInvalid([{ pointer: '/installation', message: 'Exactly one of installation and user is required, as text' }]);
    const user = await this.users.findByExternalId(app, externalId);
    if (!user) throw new UserNotFound();
    return this.installations.findByUser(app, user.userId);
  }

  @Put(':name')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Write an audience', description: 'Replaces what was written before; sends already made keep whom they had.' })
  @Answers(audienceRecord, { description: 'Written again', example: audienceExample })
  @AlsoAnswers(audienceRecord, { status: 201, description: 'Written for the first time', example: audienceExample })
  @Fails('filter_invalid', 'audience_unknown', 'audience_cycle', 'revision_mismatch', 'stale_revision')
  async put(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: pathId }) name: string,
    @Body({ schema: documentedAudienceBody }) body: unknown,
    @IfMatch() expected: Precondition | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    await Turns.take(this.clock, app);
    const facts = readSavedAudience(body);
    await this.resolve.execute(app, facts.filter, this.clock.now(), name);
    const current = await this.audiences.findById(app, name);
    checkPrecondition(expected, current?.revision);
    const audience = await this.audiences.write(app, name, facts, current, this.clock.now());
    void reply.status(current ? 200 : 201).header('etag', etagOf(audience.revision));
    return this.#counted(audience);
  }

  @Get(':name')
  @ApiOperation({ summary: 'One audience, counted now' })
  @Answers(audienceRecord, { description: 'The audience, and how many it selects', example: audienceExample })
  @Fails('audience_not_found')
  async get(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: pathId }) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const audience = await this.#written(app, name);
    void reply.header('etag', etagOf(audience.revision));
    return this.#counted(audience);
  }

  @Get()
  @ApiOperation({ summary: 'List audiences by name', description: 'Without their counts.' })
  @Answers(audiencePage, { description: 'A page of audiences', example: { items: [audienceExample], cursor: null } })
  async list(@Param('app', { schema: pathId }) app: string, @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>) {
    const rows = await this.audiences.list(app, decodeCursor(cursor, z.string()), limit + 1);
    return page(rows, limit, (row) => audienceRecordOf(row), ({ id }) => id); // prettier-ignore
  }

  @Delete(':name')
  @IfMatchHeader()
  @ApiOperation({ summary: 'Delete an audience', description: 'Not while a campaign or another audience names it.' })
  @AnswersNothing('Deleted')
  @Fails('audience_not_found', 'audience_in_use', 'revision_mismatch', 'stale_revision')
  async delete(
    @Param('app', { schema: pathId }) app: string,
    @Param('name', { schema: pathId }) name: string,
    @IfMatch() expected: Precondition | undefined,
  ): Promise<void> {
    const audience = await this.#written(app, name);
    checkPrecondition(expected, audience.revision);
    const uses = await this.uses.execute(app, name);
    if (uses.length > 0) throw new AudienceInUse(uses);
    await this.audiences.delete(audience);
  }

  async #written(app: string, name: string): Promise<SavedAudience> {
    const audience = await this.audiences.findById(app, name);
    if (!audience) throw new AudienceNotFound(name);
    return audience;
  }

  async #counted(audience: SavedAudience): Promise<Record<string, unknown>> {
    const { app, filter } = audience;
    const resolved = await this.resolve.execute(app, filter, this.clock.now());
    const { installations, users } = await this.installations.preview(app, { kind: 'filter', filter: resolved }, null);
    return { ...audienceRecordOf(audience), installations, users, countedAt: isoTime(this.clock.now()) };
  }
}
