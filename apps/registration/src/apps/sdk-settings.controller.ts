import { AppRepository, CredentialVault, SDK_AUTH, webPushFields, type App, type SdkField } from '#libs/access';
import { Allow, Answers } from '#libs/api';
import { Clock, isoTime } from '#libs/kernel';
import { MAX_EVENT_AGE_MS } from '#libs/registry';
import { MAX_INSTALLATION_EVENTS, appById } from '#libs/registry-http';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { hash } from 'node:crypto';
import { z } from 'zod';

const keptFor = 'max-age=3600';

const feature = z.boolean();
const sdkConfig = z
  .object({
    webPush: z
      .object({
        publicKey: z.string().meta({ description: 'The `applicationServerKey` of a subscription, base64url.' }),
        keyId: z.string().meta({ description: 'Another one says that the key has changed.' }),
      })
      .nullable()
      .meta({ description: 'null: the app has no keys of Web Push, or simulated ones.' }),
    sdkAuth: z.enum(SDK_AUTH),
    serverTime: z.iso.datetime().meta({ description: 'When it was answered; a kept answer keeps its own.' }),
    receipts: z.object({ sample: z.number().min(0).max(1).meta({ description: 'The share of messages whose receipts are wanted.' }) }),
    limits: z.object({
      tags: z.int().meta({ description: 'Of an installation, and of a user.' }),
      events: z.int().meta({ description: 'In one call.' }),
      eventAgeSeconds: z.int().meta({ description: 'An older event is refused.' }),
    }),
    features: z
      .object({
        installationTags: feature,
        installationAttributes: feature,
        userTags: feature,
        userAttributes: feature,
        userSubscription: feature,
      })
      .meta({ description: 'Whether `settings.sdkWritable` lets an sdk key write some of it.' }),
  })
  .meta({ id: 'SdkConfig' });
type SdkConfig = z.output<typeof sdkConfig>;

const example: SdkConfig = {
  webPush: {
    publicKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    keyId: '0c3f5a1e9b7d2846',
  },
  sdkAuth: 'required',
  serverTime: '2026-11-30T09:30:00.000Z',
  receipts: { sample: 1 },
  limits: { tags: 60, events: 100, eventAgeSeconds: 2_592_000 },
  features: {
    installationTags: false,
    installationAttributes: true,
    userTags: false,
    userAttributes: false,
    userSubscription: true,
  },
};

@ApiTags('Apps')
@Allow('server', 'sdk')
@Controller('v1/apps/:app/sdk-config')
export class SdkSettingsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly vault: CredentialVault,
    private readonly clock: Clock,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Read what an SDK needs to know of its app',
    description: 'It holds for an hour. The tag is that of everything but `serverTime`.',
  })
  @Answers(sdkConfig, { description: 'Nothing here is secret', example })
  async read(@Param('app') appId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<SdkConfig> {
    const app = await appById(this.apps, appId);
    const config = { webPush: await this.#webPushOf(app), ...configOf(app) };
    void reply.headers({ etag: `W/"${hash('sha1', JSON.stringify(config), 'base64url')}"`, 'cache-control': keptFor });
    return { ...config, serverTime: isoTime(this.clock.now()) };
  }

  async #webPushOf({ id }: App): Promise<SdkConfig['webPush']> {
    const credential = await this.vault.find(id, 'webpush');
    if (!credential || credential.simulated) return null;
    const { publicKey } = webPushFields.parse(credential.fields);
    return { publicKey, keyId: hash('sha256', publicKey, 'hex').slice(0, 16) };
  }
}

function configOf({ sdkAuth, settings: { sdkWritable, maxTags } }: App): Omit<SdkConfig, 'webPush' | 'serverTime'> {
  const isOpen = (field: SdkField) => sdkWritable.some((entry) => entry === field || entry.startsWith(`${field}:`));
  return {
    sdkAuth,
    receipts: { sample: 1 },
    limits: { tags: maxTags, events: MAX_INSTALLATION_EVENTS, eventAgeSeconds: MAX_EVENT_AGE_MS / 1_000 },
    features: {
      installationTags: isOpen('installation.tags'),
      installationAttributes: isOpen('installation.attributes'),
      userTags: isOpen('user.tags'),
      userAttributes: isOpen('user.attributes'),
      userSubscription: isOpen('user.subscription'),
    },
  };
}
