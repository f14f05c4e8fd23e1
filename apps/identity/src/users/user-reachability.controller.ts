import { Allow, Answers, Fails, pathId } from '#libs/api';
import { isBuilt, isoTimeOrNull } from '#libs/kernel';
import { FindUser, PLATFORMS, reachabilityOf } from '#libs/registry';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';

const reachability = z
  .object({
    reachable: z.boolean().meta({ description: 'Whether a send with default options rings on at least one device.' }),
    installations: z.array(
      z.object({
        id: z.string(),
        platform: z.enum(PLATFORMS),
        reachable: z.boolean(),
        reason: z.string().nullable(),
        since: z.iso.datetime().nullable(),
        rule: z.string().meta({ description: 'The rule of registration that decides.' }),
      }),
    ),
    hint: z.string().nullable().meta({ description: 'What would make the user reachable, for people.' }),
  })
  .meta({ id: 'Reachability' });

const example = {
  reachable: false,
  installations: [
    { id: 'phone-1', platform: 'ios', reachable: false, reason: 'notifications_disabled', since: '2026-11-22T09:30:00.000Z', rule: 'R43' },
  ],
  hint: 'Notifications are switched off on the device: the user has to allow them in its settings.',
};

@ApiTags('Users')
@Allow('server')
@Controller('v1/apps/:app/users/:externalId/reachability')
export class UserReachabilityController {
  constructor(private readonly findUser: FindUser) {}

  @Get()
  @ApiOperation({ summary: 'Whether a send would reach a user now, and for each device why not' })
  @Answers(reachability, { description: 'The answer, device by device', example })
  @Fails('user_not_found')
  async read(@Param('app') app: string, @Param('externalId', { schema: pathId }) externalId: string) {
    const { user, installations } = await this.findUser.execute(app, externalId);
    const found = reachabilityOf(user, installations, ({ provider }) => isBuilt(provider));
    return {
      ...found,
      installations: found.installations.map((line) => ({ ...line, since: isoTimeOrNull(line.since) })),
    };
  }
}
