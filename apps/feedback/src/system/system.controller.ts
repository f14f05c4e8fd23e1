import { Allow, Answers } from '#libs/api';
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
  })
  .meta({ id: 'SystemStatus' });

@ApiTags('System')
@Allow()
@Controller('v1/system')
export class SystemController {
  constructor(
    private readonly platform: PlatformSettingsOf,
    private readonly engines: EngineNames,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What runs here' })
  @Answers(system, {
    description: 'Versions and engines',
    example: { version: '0.1.0', node: '26.10.0', runtime: 'embedded', engines: { store: 'sqlite 3.50.4', queue: 'sqlite' } },
  })
  read(): z.input<typeof system> {
    const { store, queue } = this.engines;
    return { version, node: process.versions.node, runtime: this.platform.settings.RUNTIME, engines: { store, queue } };
  }
}
