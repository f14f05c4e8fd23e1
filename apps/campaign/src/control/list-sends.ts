import type { Clock } from '#libs/kernel';
import type { Send, SendState } from '#libs/sends';
import type { SendFilter, SendPosition, SendRepository } from '#libs/sends/send/writing';
import type { LiveSums } from '../progress/live-sums.ts';
import type { ScheduledSends } from '../send/scheduled-sends.ts';

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
    private readonly scheduled: ScheduledSends,
    private readonly liveSums: LiveSums,
    private readonly clock: Clock,
  ) {}

  async execute(query: ListSendsQuery): Promise<ListedSends> {
    const { limit, stalledForMs } = query;
    const rows = await this.#newest(query);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      items: stalledForMs === undefined ? shown : await this.#stalled(shown, stalledForMs),
      next: last ? { createdAt: last.createdAt, id: last.id } : null,
    };
  }

  /** Those that wait for their time among the others; one whose time is just coming may be found as both. */
  async #newest(query: ListSendsQuery): Promise<readonly Send[]> {
    const { app, limit, after } = query;
    const filter = filterOf(query);
    const waiting = await this.scheduled.list(app, filter, limit + 1, after);
    const sends = await this.sends.list(app, filter, limit + 1, after);
    const known = new Set(sends.map(({ id }) => id));
    const all = [...sends, ...waiting.map(({ send }) => send).filter(({ id }) => !known.has(id))];
    return all.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)).slice(0, limit + 1);
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
