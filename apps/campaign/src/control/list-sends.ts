import type { Clock } from '#libs/kernel';
import type { Send, SendState } from '#libs/sends';
import type { SendFilter, SendPosition, SendRepository } from '#libs/sends/send/writing';
import type { LiveSums } from '../progress/live-sums.ts';

export interface ListSendsQuery {
  readonly app: string;
  readonly state?: SendState;
  readonly campaign?: string;
  /** ms */
  readonly since?: number;
  /** Only open sends in which nothing has moved for so long. */
  readonly stalledForMs?: number;
  readonly limit: number;
  readonly after?: SendPosition;
}

export interface ListedSends {
  readonly items: readonly Send[];
  /** Where the next page starts; null at the end. */
  readonly next: SendPosition | null;
}

const moving: readonly SendState[] = ['planning', 'sending'];

/** Lists sends, newest first. A page of stalled ones may hold fewer than asked for, and yet not be the last. Throws DependencyUnavailable. */
export class ListSends {
  constructor(
    private readonly sends: SendRepository,
    private readonly liveSums: LiveSums,
    private readonly clock: Clock,
  ) {}

  async execute(query: ListSendsQuery): Promise<ListedSends> {
    const { app, limit, after, stalledForMs } = query;
    const rows = await this.sends.list(app, filterOf(query), limit + 1, after);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      items: stalledForMs === undefined ? shown : await this.#stalled(shown, stalledForMs),
      next: last ? { createdAt: last.createdAt, id: last.id } : null,
    };
  }

  async #stalled(sends: readonly Send[], forMs: number): Promise<Send[]> {
    const stalled: Send[] = [];
    for (const send of sends) {
      const { lastProgressAt } = await this.liveSums.of(send);
      if (this.clock.now() - lastProgressAt >= forMs) stalled.push(send);
    }
    return stalled;
  }
}

function filterOf({ state, campaign, since, stalledForMs }: ListSendsQuery): SendFilter {
  const asked = state === undefined ? undefined : [state];
  const states = stalledForMs === undefined ? asked : (asked ?? moving).filter((one) => moving.includes(one));
  return { ...(states && { states }), ...(campaign !== undefined && { campaign }), ...(since !== undefined && { since }) };
}
