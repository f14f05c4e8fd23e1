import { parseDuration, againWhenStale, uuid5, type Clock } from '#libs/kernel';
import { valueHolds, type AttributeValue } from '#libs/registry';
import type { Variables } from '#libs/sends';
import { causeOfAttribute, causeOfEvent, type CampaignRun, type CampaignRuns } from '../campaigns/campaign-run.ts';
import { pauseOf } from '../campaigns/schedule-body.ts';
import type { Again, EventCondition } from '../campaigns/schedule.ts';
import type { FireTrigger } from './fire-triggers.ts';
import type { WaitingTrigger, WaitingTriggers } from './waiting-trigger.ts';

/** What happened to a user, and the event that says so: (source, id) is the same however often it is said. */
export interface Cause {
  readonly app: string;
  /** External id. */
  readonly user: string;
  readonly source: string;
  readonly id: string;
  /** When it happened, ms. */
  readonly at: number;
}

export interface TrackedEvent extends Cause {
  readonly name: string;
  readonly properties: Variables;
}

export interface ChangedAttributes extends Cause {
  /** The attributes that changed, with their values now; what was removed is not there. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

const conflicts = 20;
/** An event of an older day is history: it rings nobody. */
const maxAgeMs = 86_400_000;

/**
 * Lets users into the campaigns that their events and attributes start: at once, or after the delay, during which another event may cancel it. An event that
 * comes twice enters once. Throws DependencyUnavailable.
 */
export class EnterCampaigns {
  constructor(
    private readonly runs: CampaignRuns,
    private readonly triggers: WaitingTriggers,
    private readonly fire: FireTrigger,
    private readonly clock: Clock,
  ) {}

  async event(event: TrackedEvent): Promise<void> {
    const { app, user, name, properties } = event;
    for (const trigger of await this.triggers.findCancellable(app, user, name)) {
      if (trigger.unless && isMet(trigger.unless, name, properties) && !isOwn(trigger, event))
        await this.triggers.mark(trigger, 'cancelled');
    }
    for (const run of await this.runs.findStartedBy(app, causeOfEvent(name))) {
      if (!run.schedule || !('on' in run.schedule) || !('event' in run.schedule.on)) continue;
      const { on } = run.schedule;
      if (!isMet(on, name, properties)) continue;
      const delayMs = on.delay === undefined ? 0 : (parseDuration(on.delay) ?? 0);
      await this.#enter(run, event, { delayMs, again: on.again, unless: on.unless ?? null, event: { name, properties } });
    }
  }

  async attributes(change: ChangedAttributes): Promise<void> {
    for (const [name, value] of Object.entries(change.attributes)) {
      for (const run of await this.runs.findStartedBy(change.app, causeOfAttribute(name))) {
        if (!run.schedule || !('on' in run.schedule) || !('attribute' in run.schedule.on)) continue;
        const { becomes, again } = run.schedule.on;
        if (value === becomes) await this.#enter(run, change, { delayMs: 0, again, unless: null, event: { attribute: name, value } });
      }
    }
  }

  async #enter(
    { app, id: campaign }: CampaignRun,
    cause: Cause,
    { delayMs, again, unless, event }: { delayMs: number; again: Again; unless: EventCondition | null; event: Variables },
  ): Promise<void> {
    const now = this.clock.now();
    const at = Math.min(cause.at, now); // a clock that is ahead delays nothing
    if (now - at > maxAgeMs) return;
    const id = triggerId(campaign, cause);
    const { user } = cause;
    const trigger: WaitingTrigger = { app, id, campaign, user, state: 'waiting', dueAt: at + delayMs, unless, event, createdAt: now };
    if (!(await this.#mayEnter(trigger, again, at))) return;
    if (trigger.dueAt > now) await this.triggers.insert(trigger);
    else await this.fire.execute(trigger);
  }

  /** An entry is written before its trigger: where a process dies in between, the cause comes again and finds the entry its own. */
  async #mayEnter({ app, campaign, user, id }: WaitingTrigger, again: Again, at: number): Promise<boolean> {
    if (again === 'always') return true;
    const pauseMs = again === 'never' ? Infinity : (pauseOf(again) ?? Infinity);
    return againWhenStale(conflicts, async () => {
      const last = await this.triggers.findEntry(app, campaign, user);
      if (last?.triggerId === id) return true;
      if (last && at - last.enteredAt < pauseMs) return false;
      await this.triggers.saveEntry({ app, campaign, user, revision: (last?.revision ?? 0) + 1, enteredAt: at, triggerId: id });
      return true;
    });
  }
}

/** The id of the send that a cause makes of a campaign. */
function triggerId(campaign: string, { app, user, source, id }: Omit<Cause, 'at'>): string {
  return uuid5('trigger', app, campaign, source, id, user);
}

function isOwn({ id, campaign }: WaitingTrigger, cause: Cause): boolean {
  return id === triggerId(campaign, cause);
}

function isMet({ event, where }: EventCondition, name: string, properties: Variables): boolean {
  if (event !== name) return false;
  if (!where) return true;
  const { property, op, value } = where;
  return valueHolds({ attr: property, op, value }, Object.hasOwn(properties, property) ? properties[property] : undefined);
}
