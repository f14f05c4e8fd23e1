import { localInstants, type Clock } from '#libs/kernel';
import { SendInvalid } from '../intake/send-invalid.ts';
import { CampaignStateUnfit } from './campaign-errors.ts';
import { isLive, type CampaignRun, type CampaignRuns } from './campaign-run.ts';
import type { ChangeRun } from './change-run.ts';
import { firstPlanned, type Schedule } from './schedule.ts';

const dayMs = 86_400_000;

/** Has a campaign that was launched follow the schedule that is written now. */
export class RescheduleRun {
  constructor(
    private readonly runs: CampaignRuns,
    private readonly changeRun: ChangeRun,
    private readonly clock: Clock,
  ) {}

  /** Throws CampaignStateUnfit where the schedule of a launched campaign would change, and one of the two makes its only send at the launch; SendInvalid. */
  async check(app: string, id: string, schedule: Schedule | null): Promise<void> {
    const run = await this.runs.find(app, id);
    if (!run || !hasOther(run, schedule)) return;
    if (!keepsGoing(schedule) || !keepsGoing(run.schedule))
      throw new CampaignStateUnfit(id, run.state, 'stop it, change its schedule and launch it again');
    plannedAtLaunch(schedule, this.clock.now());
  }

  /** Answers the run as it is now; undefined for a draft. */
  async execute(app: string, id: string, schedule: Schedule | null): Promise<CampaignRun | undefined> {
    return this.changeRun.execute(app, id, (run) => {
      if (!run || !hasOther(run, schedule) || !keepsGoing(schedule)) return undefined;
      const nextAt = plannedAtLaunch(schedule, this.clock.now());
      const going = 'localTime' in schedule ? 'scheduled' : 'running';
      return run.state === 'paused'
        ? { ...run, pausedFrom: going, schedule, nextAt }
        : { ...run, state: going, schedule, nextAt, dueAt: nextAt };
    });
  }
}

function keepsGoing(schedule: Schedule | null): schedule is Schedule {
  return schedule !== null && !('at' in schedule);
}

function hasOther(run: CampaignRun, schedule: Schedule | null): boolean {
  return isLive(run) && run.pausedFrom !== 'done' && JSON.stringify(run.schedule) !== JSON.stringify(schedule);
}

/** The first planned instant (ms) of a schedule that begins now; null where sends are not planned. Throws SendInvalid for one that is over. */
export function plannedAtLaunch(schedule: Schedule, now: number): number | null {
  const planned = firstPlanned(schedule, now);
  if ('localTime' in schedule && (localInstants(schedule.localTime).at(-1)?.at ?? 0) < now - dayMs) throw new ScheduleOver();
  if (planned === null && !('on' in schedule) && !('api' in schedule)) throw new ScheduleOver();
  return planned;
}

/** A launch would make no send: the time of the schedule was more than a day ago, or none is still to come. */
export class ScheduleOver extends SendInvalid {
  constructor() {
    super([{ pointer: '/schedule', message: 'Is over: none of its times is still to come, or was within the last 24 hours' }]);
  }
}
