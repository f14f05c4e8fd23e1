import { Allow, Answers, decodeCursor, encodeCursor, pageOf, pageQuery } from '#libs/api';
import { PROVIDERS, SLOTS, slotStart } from '#libs/kernel';
import { InstallationRepository, PLATFORMS, UserRepository, type Audience, type Filter, type Installation } from '#libs/registry';
import { externalIdField, installationExample, installationRecordOf, tagField } from '#libs/registry-http';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { installationAnswer } from './installation-answers.ts';

const listQuery = pageQuery.extend({
  user: externalIdField.exactOptional(),
  tag: tagField.exactOptional().meta({ description: "Its own, or its user's." }),
  platform: z.enum(PLATFORMS).exactOptional(),
  provider: z.enum(PROVIDERS).exactOptional(),
  suspect: z.enum(['true', 'false']).exactOptional().meta({ description: 'Whether a provider called its token another sender’s.' }),
});
type ListQuery = z.output<typeof listQuery>;

const installationPage = pageOf(installationAnswer).meta({ id: 'InstallationPage' });

interface Found {
  readonly items: readonly Installation[];
  /** Everything up to here is in; null at the end. */
  readonly through: string | null;
}

/** Keys looked at for one answer; there may be fewer items than asked for, and more to come. */
const maxScanned = 20_000;

@ApiTags('Installations')
@Allow('server')
@Controller('v1/apps/:app/installations')
export class AllInstallationsController {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List installations',
    description:
      'In an order of their own, which does not change. A page may hold fewer than `limit`, and the list goes on: it ends where `cursor` is null.',
  })
  @Answers(installationPage, {
    description: 'A page of installations, without tokens',
    example: { items: [installationExample], cursor: null },
  })
  async list(@Param('app') app: string, @Query({ schema: listQuery }) query: ListQuery) {
    const { items, through } = query.user === undefined ? await this.#scan(app, query) : await this.#ofUser(app, query.user, query);
    return { items: items.map(installationRecordOf), cursor: through === null ? null : encodeCursor(through) };
  }

  /** At most 1,000 belong to a person. */
  async #ofUser(app: string, externalId: string, query: ListQuery): Promise<Found> {
    const after = decodeCursor(query.cursor, z.string()) ?? '';
    const user = await this.users.findByExternalId(app, externalId);
    const all = user ? await this.installations.findByUser(app, user.userId) : [];
    const left = all.filter((installation) => installation.key > after && isListed(installation, query));
    const items = left.slice(0, query.limit);
    return { items, through: left.length > items.length ? (items.at(-1)?.key ?? null) : null };
  }

  async #scan(app: string, query: ListQuery): Promise<Found> {
    const [audience, end] = [audienceOf(query), slotStart(app, SLOTS)];
    const items: Installation[] = [];
    let after = decodeCursor(query.cursor, z.string()) ?? slotStart(app, 0);
    for (let scanned = 0; scanned < maxScanned && items.length < query.limit && after < end;) {
      const limit = query.limit - items.length;
      const found = await this.installations.select({
        audience,
        after,
        through: end,
        firstSeenUntil: null,
        limit,
        scanLimit: maxScanned - scanned,
      });
      const stored = await this.installations.findByKeys(found.matches.map(({ key }) => key));
      items.push(...stored.filter((installation) => isListed(installation, query)));
      scanned += Math.max(found.scanned, 1);
      after = found.through;
    }
    return { items, through: after < end ? after : null };
  }
}

function audienceOf({ tag, platform, provider }: ListQuery): Audience {
  const and: Filter[] = [];
  if (tag !== undefined) and.push({ tag });
  if (platform !== undefined) and.push({ device: 'platform', op: 'eq', value: platform });
  if (provider !== undefined) and.push({ device: 'provider', op: 'eq', value: provider });
  return and.length === 0 ? { kind: 'everyone' } : { kind: 'filter', filter: { and } };
}

/** All of it, for those whom no audience has chosen. */
function isListed({ tags, userTags, platform, provider, tokenSuspect }: Installation, query: ListQuery): boolean {
  if (query.tag !== undefined && !tags.includes(query.tag) && !userTags.includes(query.tag)) return false;
  if (query.platform !== undefined && platform !== query.platform) return false;
  if (query.provider !== undefined && provider !== query.provider) return false;
  return query.suspect === undefined || (tokenSuspect !== null) === (query.suspect === 'true');
}
