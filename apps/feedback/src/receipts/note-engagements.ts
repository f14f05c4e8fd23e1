import type { EngagementOfDevice, EngagementRepository } from '#libs/registry';
import type { Receipt } from '#libs/sends';

/** What a device said of a message of the campaign; null: of none. */
export interface SaidOfCampaign extends Pick<Receipt, 'kind' | 'at' | 'takenAt'> {
  readonly installationId: string;
  readonly campaign: string | null;
}

const atOnce = 1_000;

/** Keeps, for filters, which campaigns the owners of devices received and opened. Whatever is said of a message means that it was received. Safe to repeat. */
export class NoteEngagements {
  constructor(private readonly engagements: EngagementRepository) {}

  /** Throws DependencyUnavailable. */
  async execute(app: string, said: readonly SaidOfCampaign[]): Promise<void> {
    const noted = said.flatMap(engagementsOf);
    for (let from = 0; from < noted.length; from += atOnce) await this.engagements.note(app, noted.slice(from, from + atOnce));
  }
}

/** A clock that is ahead would keep somebody in a filter for ever. */
function engagementsOf({ installationId, campaign, kind, at, takenAt }: SaidOfCampaign): readonly EngagementOfDevice[] {
  const of = { installationId, campaign: campaign ?? '', at: Math.min(at, takenAt) };
  return [{ ...of, kind: 'received' }, ...(kind === 'opened' ? [{ ...of, kind } as const] : [])];
}
