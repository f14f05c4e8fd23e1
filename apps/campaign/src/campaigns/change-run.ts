import { againWhenStale, note } from '#libs/kernel';
import type { CampaignRun, CampaignRuns } from './campaign-run.ts';

const conflicts = 20;

/** Writes how a campaign stands, whatever else writes it. Throws what `next` throws, DependencyUnavailable. */
export class ChangeRun {
  constructor(private readonly runs: CampaignRuns) {}

  /** `next` answers undefined where it is as wanted. Answers the run as stored; undefined for a draft that stays one. */
  async execute(
    app: string,
    id: string,
    next: (current: CampaignRun | undefined) => Omit<CampaignRun, 'app' | 'id' | 'revision'> | undefined,
  ): Promise<CampaignRun | undefined> {
    return againWhenStale(conflicts, async () => {
      const current = await this.runs.find(app, id);
      const changed = next(current);
      if (!changed) return current;
      const run = { ...changed, app, id, revision: (current?.revision ?? 0) + 1 };
      await this.runs.save(run);
      if (run.state !== current?.state) note(`campaign ${run.state}`, { app, campaign: id });
      return run;
    });
  }
}
