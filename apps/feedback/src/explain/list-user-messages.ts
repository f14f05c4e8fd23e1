import { Turns, type Clock } from '#libs/kernel';
import type { InstallationRepository, LedgerLine, TokenLedger } from '#libs/registry';
import type { Send, SendPosition, SendReader } from '#libs/sends';
import type { ExplainInstallation } from './explain-installation.ts';
import type { MessageRecord } from './explanation.ts';

export interface UserMessage {
  readonly send: Send;
  readonly record: MessageRecord;
}

/** Where a list goes on: behind this send, or, with `done`, behind so many messages of it. */
export interface MessagePosition extends SendPosition {
  readonly done: number;
}

export interface AskedMessages {
  readonly app: string;
  readonly userId: string;
  readonly externalId: string;
  /** Of sends made at or after, ms. */
  readonly since: number;
  readonly limit: number;
  readonly after?: MessagePosition | undefined;
}

export interface MessagePage {
  readonly items: readonly UserMessage[];
  readonly next: MessagePosition | null;
}

const maxInstallations = 50;
const ledgerLines = 200;
const sendsAtOnce = 100;
/** Looked at for one page: an app that makes a send for each person has many that are somebody else's. */
const maxSends = 1_000;

/**
 * What a person was sent, newest first. Nothing is stored by person: the plan of a send says by one look-up whether an installation is in it, so that sending does
 * not pay for what is asked a few times a day. Sends that name others are passed over unread.
 */
export class ListUserMessages {
  constructor(
    private readonly sends: SendReader,
    private readonly installations: InstallationRepository,
    private readonly ledger: TokenLedger,
    private readonly explain: ExplainInstallation,
    private readonly clock: Clock,
  ) {}

  /** A page may have fewer than `limit`, or none, with more to come: as many sends are looked at as a request has time for. Throws DependencyUnavailable. */
  async execute({ app, userId, externalId, since, limit, after }: AskedMessages): Promise<MessagePage> {
    const [own, { items: lines }] = await Promise.all([
      this.installations.findByUser(app, userId, maxInstallations),
      this.ledger.ofUser(app, userId, ledgerLines),
    ]);
    const phones = new Phones(userId, new Set(own.map(({ id }) => id)), lines);
    const turns = new Turns(this.clock, app);
    const items: UserMessage[] = [];
    let at = after;
    for (let looked = 0; looked < maxSends;) {
      const some = await this.#next(app, since, at);
      for (const send of some) {
        if (turns.isOver) await turns.next();
        const passed = at?.id === send.id ? at.done : 0;
        const messages = await this.#messagesOf(send, externalId, phones);
        const room = limit - items.length;
        items.push(...messages.slice(passed, passed + room));
        const { createdAt, id } = send;
        if (messages.length - passed > room) return { items, next: { createdAt, id, done: passed + room } };
        at = { createdAt, id, done: 0 };
        looked += 1;
        if (items.length === limit) return { items, next: at };
      }
      if (some.length < sendsAtOnce) return { items, next: null };
    }
    return { items, next: at ?? null };
  }

  async #next(app: string, since: number, at: MessagePosition | undefined): Promise<readonly Send[]> {
    const sends = await this.sends.list(app, { since }, sendsAtOnce, at);
    if (at === undefined || at.done === 0) return sends;
    const begun = await this.sends.findById(app, at.id);
    return begun ? [begun, ...sends] : sends;
  }

  async #messagesOf(send: Send, externalId: string, phones: Phones): Promise<UserMessage[]> {
    const asked = phones.ids.filter((id) => mayName(send, externalId, id));
    const records = await Promise.all(asked.map((id) => this.explain.find(send, id)));
    return records.flatMap((record) =>
      record && phones.wereTheirs(record.entry.installationId, record.page.plannedAt) ? [{ send, record }] : [],
    );
  }
}

/** A send that names its recipients says so itself. */
function mayName({ target }: Send, externalId: string, installationId: string): boolean {
  if ('users' in target) return target.users.some((user) => (typeof user === 'string' ? user : user.externalId) === externalId);
  return 'installations' in target ? target.installations.includes(installationId) : true;
}

/** The installations of a person, those that have left them among these, and when they were theirs. */
class Phones {
  readonly ids: readonly string[];

  /** `lines`: of the ledger, newest first. */
  constructor(
    private readonly userId: string,
    private readonly own: ReadonlySet<string>,
    private readonly lines: readonly LedgerLine[],
  ) {
    const left = lines.filter(({ fromUser }) => fromUser === userId).map(({ installationId }) => installationId);
    this.ids = [...new Set([...own, ...left])].slice(0, maxInstallations);
  }

  /** The first change of hands after an instant (ms) says from whom; without one it is as it is now. */
  wereTheirs(installationId: string, at: number): boolean {
    const moved = this.lines.findLast((line) => line.installationId === installationId && line.at > at && line.fromUser !== line.toUser);
    return moved ? moved.fromUser === this.userId : this.own.has(installationId);
  }
}
