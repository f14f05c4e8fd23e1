import { Public } from '#libs/api';
import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Ops, type OpsAnswer } from './ops-server.ts';

/** Probes and metrics on the API's port, where they have none of their own. */
@ApiExcludeController()
@Public()
@Controller()
export class OpsController {
  constructor(private readonly ops: Ops) {}

  @Get('healthz')
  health(@Res() reply: FastifyReply): void {
    answer(reply, this.ops.health());
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    answer(reply, await this.ops.ready());
  }

  @Get('metrics')
  async metrics(@Headers('accept') accept: string | undefined, @Res() reply: FastifyReply): Promise<void> {
    answer(reply, await this.ops.metricsText(accept));
  }
}

function answer(reply: FastifyReply, { status, type, body, vary }: OpsAnswer): void {
  if (vary !== undefined) void reply.header('vary', vary);
  void reply.status(status).type(type).send(body);
}
