import type { AppRepository } from '#libs/access';
import type { ClaimedEvent } from '#libs/api';
import { parseInstant, uuid5, type Clock } from '#libs/kernel';
import type { AttributeValue, TrackUser } from '#libs/registry';
import { appById, eventPropertiesField, eventTimeProblem } from '#libs/registry-http';
import { UserUpdateInvalid } from '../updates/apply-user-update.ts';
import { trackedSource } from './publish-tracked-event.ts';

const maxProperties = 50;

export interface ToldEvent {
  readonly app: string;
  readonly externalId: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Counts for a user what an internal service tells of it (`event.tracked.v1`); the same event again counts nothing, nor does one that we published. */
export class CountTrackedEvent {
  constructor(
    private readonly apps: AppRepository,
    private readonly trackUser: TrackUser,
    private readonly clock: Clock,
  ) {}

  /** `envelope` is who says it, and when it happened. Throws AppNotFound, ExternalIdReserved, UserUpdateInvalid, TooManyEventNames: then trying again cannot help. */
  async execute(
    { app: appId, externalId, name, properties }: ToldEvent,
    { source, id, time }: ClaimedEvent & { readonly time: string },
  ): Promise<void> {
    // It is counted by the call that published it: by its id alone, a backfill of more events than ids are remembered would count twice.
    if (source === trackedSource) return;
    const app = await appById(this.apps, appId);
    const at = parseInstant(time) ?? this.clock.now();
    const message = eventTimeProblem(at, this.clock.now());
    if (message !== undefined) throw new UserUpdateInvalid([{ pointer: '/time', message }]);
    const event = { id: uuid5('tracked', source, id), name, at, properties: keptOf(properties) };
    await this.trackUser.execute(app.id, { externalId }, { events: [event] }, app.settings.maxTags);
  }
}

/** Those that a filter can ask for; campaigns see all of them. */
function keptOf(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, AttributeValue>> {
  const kept: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(properties)) {
    const parsed = eventPropertiesField.safeParse({ [name]: value });
    if (parsed.success && Object.keys(kept).length + Object.keys(parsed.data).length <= maxProperties) Object.assign(kept, parsed.data);
  }
  return kept;
}
