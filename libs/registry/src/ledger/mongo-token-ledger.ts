import type { WriteLines } from '#libs/messaging';
import { mongoCollection, wereAllThere, type MongoStore } from '#libs/storage';
import type { Model, QueryFilter } from 'mongoose';
import { present } from '../mongo-document.ts';
import {
  cursorAfter,
  placeOf,
  LOSSES,
  OF_TOKENS,
  TURNS,
  type LedgerLine,
  type LedgerMask,
  TokenLedger,
  type LedgerPage,
  type TokenTurn,
} from './token-ledger.ts';

type Line = { readonly [K in keyof Omit<LedgerLine, 'id'>]?: Exclude<LedgerLine[K], null> };
type Needed = 'app' | 'installationId' | 'revision' | 'at' | 'event';

/** What is null in a line is absent here. */
export interface LedgerDocument extends Omit<Line, Needed>, Pick<LedgerLine, Needed> {
  readonly _id: string;
}

export const tokenLedgerCollection = mongoCollection<LedgerDocument>(
  'token_ledger',
  {
    app: String,
    installationId: String,
    revision: Number,
    at: Number,
    event: String,
    tokenFingerprint: String,
    fromUser: String,
    toUser: String,
    fromExternalId: String,
    toExternalId: String,
    reason: String,
    provider: String,
    sendId: String,
  },
  [
    { fields: { app: 1, installationId: 1, at: -1, _id: -1 } },
    { fields: { app: 1, fromUser: 1, at: -1, _id: -1 } },
    { fields: { app: 1, toUser: 1, at: -1, _id: -1 } },
    { fields: { app: 1, tokenFingerprint: 1, at: -1 } },
    { fields: { app: 1, at: 1, _id: 1 } },
  ],
);

const newestFirst = { at: -1, _id: -1 } as const;
/** Two installations may have been written by different clocks; the newest lines are enough to know the last word of each. */
const linesOfToken = 1_000;
const sideBySide = 20;

/** Stores the lines that installations carry in their outboxes; what is there already stays. */
export function ledgerWriter(store: MongoStore): WriteLines {
  const lines = store.model(tokenLedgerCollection);
  return async (given) => {
    try {
      await lines.insertMany(given, { ordered: false, lean: true });
    } catch (error) {
      if (!wereAllThere(error)) throw error;
    }
  };
}

export class MongoTokenLedger extends TokenLedger {
  readonly #lines: Model<LedgerDocument>;

  constructor(store: MongoStore) {
    super();
    this.#lines = store.model(tokenLedgerCollection);
  }

  async ofInstallation(app: string, installationId: string, limit: number, cursor?: string): Promise<LedgerPage> {
    return pageOf(await this.#newest({ app, installationId }, limit, cursor), limit);
  }

  async ofUser(app: string, userId: string, limit: number, cursor?: string): Promise<LedgerPage> {
    const sides = await Promise.all([
      this.#newest({ app, fromUser: userId }, limit, cursor),
      this.#newest({ app, toUser: userId }, limit, cursor),
    ]);
    const lines = new Map(sides.flat().map((line) => [line.id, line])); // one line of one that names the user on both sides
    return pageOf([...lines.values()].sort(byNewest), limit);
  }

  async ownerAt(app: string, fingerprint: string, at: number): Promise<LedgerLine | undefined> {
    const rows = await this.#lines
      .find({ app, tokenFingerprint: fingerprint, at: { $lte: at } })
      .sort({ at: -1 })
      .limit(linesOfToken)
      .lean<LedgerDocument[]>();
    const lastWords = new Map<string, LedgerLine>();
    for (const line of rows.map(ledgerLineFrom)) if (!lastWords.has(line.installationId)) lastWords.set(line.installationId, line);
    const words = [...lastWords.values()];
    // A token that one installation has lost is the other's whatever their times say; whoever was to have it next has it only with a line of its own.
    const has = words.find(({ event }) => !LOSSES.includes(event));
    return has ?? (words[0] && { ...words[0], toUser: null, toExternalId: null });
  }

  async forget({ app, userId, pseudonym }: LedgerMask): Promise<number> {
    const known = { $gt: '' };
    await this.#lines.updateMany({ app, fromUser: userId, fromExternalId: known }, { $set: { fromExternalId: pseudonym } });
    await this.#lines.updateMany({ app, toUser: userId, toExternalId: known }, { $set: { toExternalId: pseudonym } });
    const from = await this.#lines.updateMany({ app, fromUser: userId }, { $set: { fromUser: pseudonym } });
    const to = await this.#lines.updateMany({ app, toUser: userId }, { $set: { toUser: pseudonym } });
    return from.modifiedCount + to.modifiedCount;
  }

  async turns(
    app: string,
    { from, to }: { readonly from: number; readonly to: number },
    limit: number,
    after?: Pick<TokenTurn, 'at' | 'id'>,
  ): Promise<readonly TokenTurn[]> {
    const behind = after && { $or: [{ at: { $gt: after.at } }, { at: after.at, _id: { $gt: after.id } }] };
    const lines = await this.#lines
      .find({ app, at: { $gte: after?.at ?? from, $lt: to }, event: { $in: [...TURNS] }, ...behind })
      .sort({ at: 1, _id: 1 })
      .limit(limit)
      .lean<LedgerDocument[]>();
    const turns: TokenTurn[] = [];
    for (let at = 0; at < lines.length; at += sideBySide)
      turns.push(...(await Promise.all(lines.slice(at, at + sideBySide).map(async (line) => this.#turnOf(ledgerLineFrom(line))))));
    return turns;
  }

  async #turnOf({ id, app, installationId, at, event, reason, provider }: LedgerLine): Promise<TokenTurn> {
    const before = { at: { $lte: at }, $or: [{ at: { $lt: at } }, { _id: { $lt: id } }] };
    const [previous] = await this.#lines
      .find({ app, installationId, ...before, event: { $in: [...OF_TOKENS] } }, { event: 1, reason: 1 })
      .sort(newestFirst)
      .limit(1)
      .lean<LedgerDocument[]>();
    const said = previous && { event: previous.event, reason: previous.reason ?? null };
    return { id, installationId, at, event: event as TokenTurn['event'], reason, provider, previous: said };
  }

  /** One more than asked for, if there are more. */
  async #newest(of: QueryFilter<LedgerDocument>, limit: number, cursor: string | undefined): Promise<readonly LedgerLine[]> {
    const { at, id } = placeOf(cursor);
    const rows = await this.#lines
      .find({ ...of, at: { $lte: at }, $or: [{ at: { $lt: at } }, { _id: { $lt: id } }] })
      .sort(newestFirst)
      .limit(limit + 1)
      .lean<LedgerDocument[]>();
    return rows.map(ledgerLineFrom);
  }
}

function pageOf(lines: readonly LedgerLine[], limit: number): LedgerPage {
  return { items: lines.slice(0, limit), cursor: cursorAfter(lines, limit) };
}

function byNewest(one: LedgerLine, other: LedgerLine): number {
  return other.at - one.at || (one.id < other.id ? 1 : -1);
}

export function lineDocument({ id, ...line }: LedgerLine): LedgerDocument {
  return present<LedgerDocument>({ _id: id, ...line });
}

export function ledgerLineFrom(document: LedgerDocument): LedgerLine {
  return {
    id: document._id,
    app: document.app,
    installationId: document.installationId,
    revision: document.revision,
    at: document.at,
    event: document.event,
    tokenFingerprint: document.tokenFingerprint ?? null,
    fromUser: document.fromUser ?? null,
    toUser: document.toUser ?? null,
    fromExternalId: document.fromExternalId ?? null,
    toExternalId: document.toExternalId ?? null,
    reason: document.reason ?? null,
    provider: document.provider ?? null,
    sendId: document.sendId ?? null,
  };
}
