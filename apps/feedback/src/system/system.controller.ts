import { HALT_REASONS, HaltRepository, wholeHaltIn } from '#libs/access';
import { Allow, Answers } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { EngineNames, PlatformSettingsOf, version } from '#libs/service';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

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
  })
  .meta({ id: 'SystemStatus' });

@ApiTags('System')
@Allow()
@Controller('v1/system')
export class SystemController {
  constructor(
    private readonly platform: PlatformSettingsOf,
    private readonly engines: EngineNames,
    private readonly halts: HaltRepository,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What runs here' })
  @Answers(system, {
    description: 'Versions and engines',
    example: { version: '0.1.0', node: '26.10.0', runtime: 'embedded', engines: { store: 'sqlite 3.50.4', queue: 'sqlite' }, held: null },
  })
  async read(): Promise<z.input<typeof system>> {
    const { store, queue } = this.engines;
    const halt = wholeHaltIn(await this.halts.inForce());
    const held = halt ? { since: isoTime(halt.since), by: halt.by, reason: halt.reason } : null;
    return { version, node: process.versions.node, runtime: this.platform.settings.RUNTIME, engines: { store, queue }, held };
  }
}
