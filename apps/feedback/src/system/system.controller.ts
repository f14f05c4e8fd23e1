import { HALT_REASONS, HaltRepository, wholeHaltIn } from '#libs/access';
import { Allow, Answers } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { EngineNames, PlatformSettingsOf, version } from '#libs/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { FeedbackSettings } from '../settings.ts';

const days = z.number();
const system = z
  .object({
    version: z.string(),
    node: z.string(),
    runtime: z.string(),
    engines: z.object({ store: z.string(), queue: z.string() }),
    held: z
      .object({ since: z.iso.datetime(), by: z.string(), reason: z.enum(HALT_REASONS) })
      .nullable()
      .meta({ description: 'Since when nothing is sent to anybody, by whose word; null while messages go' }),
    retentionDays: z
      .object({
        sends: days.meta({ description: 'What is kept of each message of a send after its end: plan, attempts, results, texts' }),
        receipts: days,
        activity: days.meta({ description: 'Facts that `GET …/activity` reads' }),
        webhookDeliveries: days,
        statistics: days,
      })
      .meta({ description: 'Days that things are kept, each a setting' }),
  })
  .meta({ id: 'SystemStatus' });

/** The settings that say for how long things are kept. */
export class KeptDays {
  constructor(readonly settings: Pick<FeedbackSettings, `${string}_RETENTION_DAYS` & keyof FeedbackSettings>) {}
}

@ApiTags('System')
@Allow()
@Controller('v1/system')
export class SystemController {
  constructor(
    private readonly platform: PlatformSettingsOf,
    private readonly engines: EngineNames,
    private readonly halts: HaltRepository,
    private readonly kept: KeptDays,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What runs here' })
  @Answers(system, {
    description: 'Versions and engines',
    example: {
      version: '0.1.0',
      node: '26.10.0',
      runtime: 'embedded',
      engines: { store: 'sqlite 3.50.4', queue: 'sqlite' },
      held: null,
      retentionDays: { sends: 30, receipts: 30, activity: 7, webhookDeliveries: 7, statistics: 1_825 },
    },
  })
  async read(): Promise<z.input<typeof system>> {
    const { store, queue } = this.engines;
    const halt = wholeHaltIn(await this.halts.inForce());
    const held = halt ? { since: isoTime(halt.since), by: halt.by, reason: halt.reason } : null;
    return {
      version,
      node: process.versions.node,
      runtime: this.platform.settings.RUNTIME,
      engines: { store, queue },
      held,
      retentionDays: this.#retentionDays(),
    };
  }

  #retentionDays(): z.input<typeof system>['retentionDays'] {
    const { RUNTIME, LOG_RETENTION_DAYS } = this.platform.settings;
    const { settings } = this.kept;
    return {
      sends: settings.SEND_RETENTION_DAYS,
      receipts: settings.RECEIPT_RETENTION_DAYS,
      activity: RUNTIME === 'embedded' ? LOG_RETENTION_DAYS : settings.ACTIVITY_RETENTION_DAYS,
      webhookDeliveries: settings.WEBHOOK_RETENTION_DAYS,
      statistics: settings.STATISTICS_RETENTION_DAYS,
    };
  }
}
