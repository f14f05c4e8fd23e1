import { AppRepository } from '#libs/access';
import { Allow, Answers, AnswersNothing, Fails, RequestInvalid, pathId } from '#libs/api';
import { isoTimeOrNull } from '#libs/kernel';
import type { ActivityPlace } from '#libs/registry';
import { FromCaller, SdkHeaders, appById, newIdField, tokenForm, type Caller } from '#libs/registry-http';
import { Body, Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { KeepActivityToken } from './keep-activity-token.ts';

const tokenBody = z
  .strictObject({ token: z.string().min(1).max(512).meta({ description: 'Hexadecimal, as iOS gives it to the app' }) })
  .meta({ id: 'ActivityToken', examples: [{ token: '80a1b2c3d4e5f60718293a4b5c6d7e8f' }] });
type TokenBody = z.output<typeof tokenBody>;

const kept = z
  .object({
    tokenFingerprint: z.string(),
    expiresAt: z.iso.datetime().nullable().meta({ description: 'When it is forgotten; null: with the installation' }),
  })
  .meta({ id: 'KeptActivityToken' });
const keptExample = { tokenFingerprint: '9f86d081884c7d659a2feaa0c55ad015', expiresAt: '2026-01-02T00:00:00.000Z' };
const fails = ['installation_not_found', 'installation_secret_invalid', 'installation_not_on_apns', 'jwt_missing'] as const;

@ApiTags('Live Activities')
@Allow('server', 'sdk')
@SdkHeaders()
@Controller('v1/apps/:app/installations/:id')
export class ActivitiesController {
  constructor(
    private readonly apps: AppRepository,
    private readonly keepToken: KeepActivityToken,
  ) {}

  @Put('live-activities/:activityId')
  @ApiOperation({
    summary: 'Register the push token of a Live Activity that runs on the device',
    description: '`activityId` is the app’s own name of what is shown, such as an order: the same on all devices that show it.',
  })
  @Answers(kept, { description: 'Kept for a day', example: keptExample })
  @Fails(...fails)
  putActivity(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Param('activityId', { schema: newIdField }) activityId: string,
    @Body({ schema: tokenBody }) body: TokenBody,
    @FromCaller() caller: Caller,
  ) {
    return this.#put(app, id, `activity:${activityId}`, body, caller);
  }

  @Delete('live-activities/:activityId')
  @HttpCode(204)
  @ApiOperation({ summary: 'The Live Activity runs on the device no longer' })
  @AnswersNothing('Forgotten, or unknown')
  @Fails('installation_not_found', 'installation_secret_invalid', 'jwt_missing')
  async deleteActivity(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Param('activityId', { schema: pathId }) activityId: string,
    @FromCaller() caller: Caller,
  ): Promise<void> {
    await this.keepToken.remove(await appById(this.apps, app), id, `activity:${activityId}`, caller);
  }

  @Put('live-activity-starts/:attributesType')
  @ApiOperation({
    summary: 'Register the token by which Live Activities of a type are started on the device',
    description: 'The push-to-start token of `Activity<Attributes>`; `attributesType` is the name of that type.',
  })
  @Answers(kept, { description: 'Kept as long as the installation', example: { ...keptExample, expiresAt: null } })
  @Fails(...fails)
  putStart(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Param('attributesType', { schema: pathId }) attributesType: string,
    @Body({ schema: tokenBody }) body: TokenBody,
    @FromCaller() caller: Caller,
  ) {
    return this.#put(app, id, `start:${attributesType}`, body, caller);
  }

  @Delete('live-activity-starts/:attributesType')
  @HttpCode(204)
  @ApiOperation({ summary: 'Live Activities of a type are started on the device no longer' })
  @AnswersNothing('Forgotten, or unknown')
  @Fails('installation_not_found', 'installation_secret_invalid', 'jwt_missing')
  async deleteStart(
    @Param('app') app: string,
    @Param('id', { schema: pathId }) id: string,
    @Param('attributesType', { schema: pathId }) attributesType: string,
    @FromCaller() caller: Caller,
  ): Promise<void> {
    await this.keepToken.remove(await appById(this.apps, app), id, `start:${attributesType}`, caller);
  }

  async #put(app: string, id: string, place: ActivityPlace, { token }: TokenBody, caller: Caller) {
    const form = tokenForm('apns', token);
    if (form.text === undefined)
      throw new RequestInvalid(form.problems.map(({ pointer, message }) => ({ pointer: `/token${pointer}`, message })));
    const { fingerprint, expiresAt } = await this.keepToken.put(await appById(this.apps, app), id, place, form.text, caller);
    return { tokenFingerprint: fingerprint, expiresAt: isoTimeOrNull(expiresAt) };
  }
}
