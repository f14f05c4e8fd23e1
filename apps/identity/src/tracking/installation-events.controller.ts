import { AppRepository } from '#libs/access';
import { Allow, Answers, Fails, RequestInvalid, pathId } from '#libs/api';
import { Clock, newId, uuid5 } from '#libs/kernel';
import { TrackUser } from '#libs/registry';
import {
  FromCaller,
  InstallationGuard,
  MAX_INSTALLATION_EVENTS,
  SdkHeaders,
  appById,
  eventTimeProblem,
  trackedEvent,
  trackedEventOf,
  type Caller,
} from '#libs/registry-http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { PublishTrackedEvent } from './publish-tracked-event.ts';

const eventsBody = z
  .array(trackedEvent)
  .min(1)
  .max(MAX_INSTALLATION_EVENTS)
  .meta({ id: 'InstallationEvents', examples: [[{ id: 'order-17', name: 'order_placed', properties: { total: 42.5 } }]] });
type EventsBody = z.output<typeof eventsBody>;

const eventsAnswer = z
  .object({ accepted: z.int(), duplicates: z.int().meta({ description: 'Told before under the same ids.' }) })
  .meta({ id: 'AcceptedEvents' });

@ApiTags('Installations')
@Allow('server', 'sdk')
@SdkHeaders()
@Controller('v1/apps/:app/installations/:id/events')
export class InstallationEventsController {
  constructor(
    private readonly apps: AppRepository,
    private readonly guard: InstallationGuard,
    private readonly trackUser: TrackUser,
    private readonly publishEvent: PublishTrackedEvent,
    private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Tell what the owner of an installation did',
    description:
      'Each event counts once by its id, so an SDK may tell again what it is not sure to have told. Campaigns that wait for it start for an owner with an external id.',
  })
  @Answers(eventsAnswer, { status: 202, description: 'Counted', example: { accepted: 1, duplicates: 0 } })
  @Fails('installation_not_found', 'installation_secret_invalid', 'too_many_event_names', 'jwt_missing')
  async take(
    @Param('app') appId: string,
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: eventsBody }) events: EventsBody,
    @FromCaller() caller: Caller,
  ): Promise<z.output<typeof eventsAnswer>> {
    const app = await appById(this.apps, appId);
    await this.guard.installationFor(app, id, caller);
    const now = this.clock.now();
    const errors = events.flatMap(({ at }, index) => {
      const message = eventTimeProblem(at, now);
      return message === undefined ? [] : [{ pointer: `/${index}/at`, message }];
    });
    if (errors.length > 0) throw new RequestInvalid(errors);
    const seed = newId();
    const tracked = events.map((event, index) => trackedEventOf(event, now, uuid5(seed, String(index))));
    const { duplicates } = await this.trackUser.execute(
      app.id,
      { installation: id },
      { events: tracked },
      app.settings.maxTags,
      this.publishEvent.execute,
    );
    const repeated = duplicates.filter(Boolean).length;
    return { accepted: events.length - repeated, duplicates: repeated };
  }
}
