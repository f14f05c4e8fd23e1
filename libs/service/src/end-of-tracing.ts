import type { Tracing } from './telemetry/index.ts';
import type { OnApplicationShutdown } from '@nestjs/common';

/** Exports the last spans when requests and handlers have ended; what is recorded later would be lost. */
export class EndOfTracing implements OnApplicationShutdown {
  constructor(private readonly tracing: Tracing) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracing.stop();
  }
}
