import { Allow, Answers, Fails, RequestInvalid, instantField, pathId } from '#libs/api';
import { Clock, isoTime } from '#libs/kernel';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ReadStatistics, STAT_BUCKETS, type StatBucket } from './read-statistics.ts';
import { HOUR_MS, OTHER_CAMPAIGNS, STAT_GROUPS, type StatGroup } from './statistics.ts';

const dayMs = 24 * HOUR_MS;
/** Days that an answer may span, and that it spans where nothing is said. */
const spans: Readonly<Record<StatBucket, { readonly most: number; readonly usual: number }>> = {
  hour: { most: 31, usual: 1 },
  day: { most: 400, usual: 30 },
  month: { most: 1_830, usual: 365 },
};

const groupList = new RegExp(`^(${STAT_GROUPS.join('|')})(,(${STAT_GROUPS.join('|')})){0,4}$`);
const isGroup = (text: string): text is StatGroup => (STAT_GROUPS as readonly string[]).includes(text);
const query = z.strictObject({
  from: instantField.exactOptional().meta({ description: 'Hours that begin then or later; a day, 30 days or a year before `to` unless said', example: '2026-01-01T00:00:00Z' }),
  to: instantField.exactOptional().meta({ description: 'Hours that begin before it; now unless said', example: '2026-02-01T00:00:00Z' }),
  by: z.enum(STAT_BUCKETS).default('day').meta({ description: 'In UTC. An answer spans at most 31 days by hour, 400 by day, 1,830 by month' }),
  group: z
    .string()
    .max(64)
    .regex(groupList, `Must be some of ${STAT_GROUPS.join(', ')}, with commas between`)
    .exactOptional()
    .meta({ description: `Some of ${STAT_GROUPS.map((group) => `\`${group}\``).join(', ')}, with commas between`, example: 'provider,campaign' }),
}); // prettier-ignore

const count = z.int().min(0);
const groupField = z.string().nullable().exactOptional();
const row = z
  .object({
    bucket: z.iso.datetime().meta({ description: 'When it begins' }),
    provider: groupField,
    platform: groupField.meta({ description: 'null where the installation is gone, and for levels' }),
    campaign: groupField.meta({ description: `null: of none; \`${OTHER_CAMPAIGNS}\`: those of an hour with too many to tell apart` }),
    variant: groupField,
    reason: groupField.meta({ description: 'Why messages were suppressed or failed; null for those that were accepted' }),
    targeted: count,
    suppressed: count,
    accepted: count,
    failed: count,
    received: count,
    displayed: count,
    opened: count,
    dismissed: count,
    tokensRemoved: count.meta({ description: 'Push tokens that their providers called dead' }),
    uninstalled: count.meta({ description: 'Of those: the app is gone from the device' }),
    converted: count.meta({ description: 'Messages whose user did what they were for' }),
    uninstalledAfter: count.meta({
      description: 'In rows of a campaign: apps that were gone within 24 hours of a message of it; one may count for several campaigns',
    }),
    reinstalled: count.meta({ description: 'Uninstalled ones that came back, or whose user did with another installation' }),
    newInstallations: count.meta({ description: 'Installations that showed their first push token' }),
    activeInstallations: count
      .nullable()
      .meta({ description: 'With a push token, at the end of the bucket; null in rows of a platform, campaign, variant or reason' }),
  })
  .meta({ id: 'StatisticsRow' });
const statistics = z.object({ by: z.enum(STAT_BUCKETS), rows: z.array(row) }).meta({ id: 'Statistics' });

const example: z.output<typeof statistics> = {
  by: 'day',
  rows: [
    {
      ...{ bucket: '2026-01-01T00:00:00.000Z', provider: 'apns', targeted: 20_000, suppressed: 26, accepted: 19_374, failed: 600 },
      ...{ received: 18_422, displayed: 17_880, opened: 2_408, dismissed: 620, tokensRemoved: 588 },
      converted: 312,
      ...{ uninstalled: 580, uninstalledAfter: 0, reinstalled: 12, newInstallations: 1_204, activeInstallations: 204_311 },
    },
  ],
};

@ApiTags('Statistics')
@Allow('server')
@Controller('v1/apps/:app/stats')
export class StatisticsController {
  constructor(
    private readonly readStatistics: ReadStatistics,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Numbers over time',
    description:
      'A send counts in the hour in which it ended, with all that devices say of its messages later. Dry runs and validations are not counted. At most some minutes old; kept for years, also when messages can no longer be explained.',
  })
  @Answers(statistics, { description: 'By bucket and group, in the order of time; buckets in which nothing was are left out', example })
  @Fails('too_many_statistics')
  async read(
    @Param('app', { schema: pathId }) app: string,
    @Query({ schema: query }) { from: asked, to = this.clock.now(), by, group }: z.output<typeof query>,
  ): Promise<z.output<typeof statistics>> {
    const { most, usual } = spans[by];
    const from = asked ?? to - usual * dayMs;
    if (from >= to) throw new RequestInvalid([{ pointer: '/from', message: 'Must be before to' }]);
    if (to - from > most * dayMs) throw new RequestInvalid([{ pointer: '/from', message: `Must be at most ${most} days before to` }]);
    const groups = (group?.split(',') ?? []).filter(isGroup);
    const rows = await this.readStatistics.execute({ app, from, to, by, groups });
    return { by, rows: rows.map((one) => ({ bucket: isoTime(one.bucket), ...one.groups, ...none, ...one.counts, activeInstallations: one.activeInstallations ?? null })) }; // prettier-ignore
  }
}

const none = {
  ...{ targeted: 0, suppressed: 0, accepted: 0, failed: 0, received: 0, displayed: 0, opened: 0, dismissed: 0 },
  converted: 0,
  ...{ tokensRemoved: 0, uninstalled: 0, uninstalledAfter: 0, reinstalled: 0, newInstallations: 0 },
};
