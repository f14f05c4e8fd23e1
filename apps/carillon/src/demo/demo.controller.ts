import { DEMO_APP } from '#libs/access';
import { Allow, EventStreams, type ServerSentEvent } from '#libs/api';
import { Body, Controller, Get, HttpCode, Put, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { DemoPhones, type DemoPhone } from './demo-phones.ts';
import { SimulatorControl } from './simulator-control.ts';

const outage = z.strictObject({ fcm: z.boolean() });

/** What the page at `/` needs beyond the API: a dozen simulated phones, and a switch that makes FCM fail. */
@ApiExcludeController()
@Allow('server')
@Controller(`v1/apps/${DEMO_APP}/demo`)
export class DemoController {
  #outage = false;

  constructor(
    private readonly phones: DemoPhones,
    private readonly simulators: SimulatorControl,
    private readonly streams: EventStreams,
  ) {}

  @Get('phones')
  async list(): Promise<{ items: readonly DemoPhone[] }> {
    return { items: await this.phones.list() };
  }

  @Get('arrivals')
  arrivals(@Res() reply: FastifyReply): Promise<void> {
    return this.streams.answer(reply, (signal) => this.#arrivals(signal));
  }

  @Get('outage')
  outage(): { fcm: boolean } {
    return { fcm: this.#outage };
  }

  @Put('outage')
  @HttpCode(200)
  async setOutage(@Body({ schema: outage }) { fcm }: z.output<typeof outage>): Promise<{ fcm: boolean }> {
    await this.simulators.setFaults([{ provider: 'fcm', share: 1, behaviour: fcm ? 'unavailable' : 'ok' }]);
    this.#outage = fcm;
    return { fcm };
  }

  async *#arrivals(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    const byToken = this.phones.tokens();
    for await (const { device, title, body, sendId, at } of this.simulators.arrivals([...byToken.keys()], signal)) {
      yield { event: 'push', data: { installation: byToken.get(device), title, body, sendId, at } };
    }
  }
}
