import { HALT_REASONS, type Halt, type Principal } from '#libs/access';
import { Allow, Answers, CurrentKey } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeHalt } from './change-halt.ts';

const answer = z
  .object({
    held: z
      .object({ since: z.iso.datetime(), by: z.string().meta({ description: 'Kind and id of the API key' }), reason: z.enum(HALT_REASONS) })
      .nullable(),
  })
  .meta({ id: 'SystemHold' });
const example: z.input<typeof answer> = { held: { since: '2026-01-01T00:00:00.000Z', by: 'admin:bootstrap', reason: 'operator' } };

@ApiTags('System')
@Allow()
@Controller('v1/system')
export class SystemHaltController {
  constructor(private readonly change: ChangeHalt) {}

  @Post('hold')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send nothing to anybody',
    description:
      'Within 2 s, on every dispatcher, for every app, until it is released; a start keeps to it. Registrations, calls and planning go on. What has expired meanwhile is not sent. Safe to repeat: the first hold is answered.',
  })
  @Answers(answer, { description: 'Held', example })
  async hold(@CurrentKey() by: Principal) {
    return answerOf(await this.change.execute({}, { isOn: true, by, reason: 'operator' }));
  }

  @Post('release')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let go what is held', description: 'Within 2 s. Providers and sends that are paused stay so. Safe to repeat.' })
  @Answers(answer, { description: 'Not held', example: { held: null } })
  async release(@CurrentKey() by: Principal) {
    return answerOf(await this.change.execute({}, { isOn: false, by, reason: 'operator' }));
  }
}

function answerOf(halt: Halt | undefined): z.input<typeof answer> {
  return { held: halt?.isOn ? { since: isoTime(halt.since), by: halt.by, reason: halt.reason } : null };
}
