import { SLOTS, Turns, slotStart, type Clock } from '#libs/kernel';
import type { Send, TrialRecipient } from '#libs/sends';
import type { FindCandidates } from '../planning/find-candidates.ts';
import type { Candidate } from '../planning/plan-page.ts';
import type { TargetedRecipient } from '../send/send-targets.ts';

const sampleSize = 1_000;
/** A sample is worth no more: an audience of few in an app of many is not looked for to the end. */
const maxReads = 50;

/** Finds some of those whom a send that is stored nowhere would go to, in the order of their slots, which is that of a hash. */
export class FindSample {
  constructor(
    private readonly candidates: FindCandidates,
    private readonly clock: Clock,
  ) {}

  /** At most 1,000 that planning would hand over. `recipients`: whom an explicit target names. Throws DependencyUnavailable. */
  async execute(send: Send, recipients: readonly TargetedRecipient[]): Promise<readonly TrialRecipient[]> {
    if (send.audience.kind === 'shared' || send.finishedAt !== null) return [];
    if (send.audience.kind === 'explicit') return (await this.candidates.named(send, recipients.slice(0, sampleSize))).flatMap(trialOf);
    const found: TrialRecipient[] = [];
    const through = slotStart(send.app, SLOTS);
    let after = slotStart(send.app, 0);
    for (let reads = 0; reads < maxReads && after < through && found.length < sampleSize; reads += 1) {
      await Turns.take(this.clock, send.app);
      const some = await this.candidates.execute(send, 0, { after, through }, sampleSize - found.length);
      found.push(...some.candidates.flatMap(trialOf));
      after = some.through;
    }
    return found;
  }
}

/** Those that planning leaves out are tried on nobody. */
export function trialOf({ installationId, provider, ownerEpoch, variables, suppressedBy }: Candidate): TrialRecipient[] {
  return suppressedBy === null && provider !== null ? [{ installation: installationId, provider, ownerEpoch, variables }] : [];
}
