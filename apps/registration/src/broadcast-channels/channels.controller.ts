import { Allow, Answers, AnswersNothing, Fails } from '#libs/api';
import { channelIdField } from '#libs/registry-http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AskForChannels } from './ask-for-channels.ts';

const maxBundleId = 155;

const bundleId = z
  .string()
  .min(1)
  .max(maxBundleId)
  .meta({ description: 'One of the APNs credential’s; its first unless said', example: 'app.shop' });
const environment = z
  .enum(['production', 'sandbox'])
  .default('production')
  .meta({ description: 'Builds from Xcode follow channels of the sandbox' });
const storage = z
  .enum(['none', 'latest'])
  .meta({ description: 'Whether Apple keeps the most recent message for devices that are off, for eight hours at most' });

const createBody = z
  .strictObject({ storage: storage.default('none'), bundleId: bundleId.exactOptional(), environment })
  .meta({ id: 'NewBroadcastChannel', examples: [{ storage: 'latest' }] });
const placeQuery = z.strictObject({ bundleId: bundleId.exactOptional(), environment });
type PlaceQuery = z.output<typeof placeQuery>;

const place = { bundleId: z.string(), environment: z.enum(['production', 'sandbox']) };
const channelAnswer = z.object({ channelId: z.string(), storage, ...place }).meta({ id: 'BroadcastChannel' });
const listAnswer = z
  .object({ ...place, channels: z.array(z.string()).meta({ description: 'Ids, 10,000 at most' }) })
  .meta({ id: 'BroadcastChannels' });

const of = { bundleId: 'app.shop', environment: 'production' } as const;
const example: z.output<typeof channelAnswer> = { channelId: 'dHN0LXNyY2gtY2hubA==', storage: 'latest', ...of };
const listExample: z.output<typeof listAnswer> = { ...of, channels: ['dHN0LXNyY2gtY2hubA=='] };
const fails = ['credential_not_found', 'provider_call_failed', 'provider_call_unavailable'] as const;

@ApiTags('Live Activities')
@Allow('server')
@Controller('v1/apps/:app/apns-channels')
export class ChannelsController {
  constructor(private readonly channels: AskForChannels) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Make a broadcast channel of APNs',
    description:
      'Apple keeps it, of one app and environment. Live Activities follow it (`channelId` of a start), and one push to it (`to: {channel}` of `…/live-activities/{activityId}`) updates them all. Each call makes one more.',
  })
  @Answers(channelAnswer, { status: 201, description: 'It is made', example })
  @Fails(...fails)
  create(@Param('app') app: string, @Body({ schema: createBody }) { storage: kept, ...asked }: z.output<typeof createBody>) {
    return this.channels.create(app, { ...asked, in: 'body' }, kept);
  }

  @Get()
  @ApiOperation({ summary: 'The broadcast channels that Apple knows', description: 'Of one bundle id and environment.' })
  @Answers(listAnswer, { description: 'Their ids', example: listExample })
  @Fails(...fails)
  list(@Param('app') app: string, @Query({ schema: placeQuery }) asked: PlaceQuery) {
    return this.channels.list(app, { ...asked, in: 'query' });
  }

  @Get(':channelId')
  @ApiOperation({ summary: 'One broadcast channel', description: 'Its id is base64 and percent-encoded in the path (`/` is `%2F`).' })
  @Answers(channelAnswer, { description: 'As Apple has it', example })
  @Fails(...fails, 'channel_not_found')
  show(
    @Param('app') app: string,
    @Param('channelId', { schema: channelIdField }) channelId: string,
    @Query({ schema: placeQuery }) asked: PlaceQuery,
  ) {
    return this.channels.show(app, { ...asked, in: 'query' }, channelId);
  }

  @Delete(':channelId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a broadcast channel', description: 'Nothing can be sent to it any more. Safe to repeat.' })
  @AnswersNothing('Gone, or unknown')
  @Fails(...fails)
  async delete(
    @Param('app') app: string,
    @Param('channelId', { schema: channelIdField }) channelId: string,
    @Query({ schema: placeQuery }) asked: PlaceQuery,
  ): Promise<void> {
    await this.channels.delete(app, { ...asked, in: 'query' }, channelId);
  }
}
