import { crashPoint, type FrequencyCap } from '#libs/kernel';
import {
  brokenCap,
  deviceKey,
  marked,
  newRecord,
  personKey,
  type CappedSend,
  type FrequencyMark,
  type FrequencyMarks,
  type FrequencyRecord,
} from '#libs/registry';
import type { Send } from '#libs/sends';
import type { SentMarks } from './sent-marks.ts';

/** A message that would go. */
export interface CappedMessage {
  readonly installationId: string;
  /** Null: nobody's. */
  readonly userId: string | null;
  /** ms. */
  readonly dueAt: number;
}

/** The cap that leaves a message out, by its place among the send's, and when that would be over, ms. */
export interface CapRefusal {
  readonly index: number;
  readonly until: number;
}

type Refusals = Map<string, CapRefusal>;

/** What caps of one kind look at. */
interface Capping {
  readonly caps: readonly FrequencyCap[];
  /** Of each message one text, made once: it is looked up again and again. */
  readonly keyOf: (message: CappedMessage) => string;
}

const keysAtOnce = 1_000;

/**
 * Keeps caps exactly, however many planners there are: a message that goes is marked in the record of its person, or device, before its page is stored, by a
 * write that only one of those can win who read the same. A mark is made once for a send, so that planning a page again finds its place taken for it; it
 * counts for as long as the pages and results do not say that nothing went, which is looked up where it decides. So nobody has to take it back.
 */
export class FrequencyCaps {
  constructor(
    private readonly marks: FrequencyMarks,
    private readonly sent: SentMarks,
  ) {}

  /** Marks those of the messages that may go at `now` (ms), unless it is a dry run; answers why the others may not, by installation. Throws DependencyUnavailable. */
  async execute(send: Send, messages: readonly CappedMessage[], now: number): Promise<ReadonlyMap<string, CapRefusal>> {
    const refusals: Refusals = new Map();
    const kinds = cappingsOf(send);
    if (kinds.length === 0) return refusals;
    for (let left = messages; left.length > 0;) {
      const page = new CappedPage(send, kinds, await this.#records(left, kinds), now);
      const broken = page.judge(left, refusals);
      if (broken.length > 0) {
        page.forget(await this.sent.notSent(send.app, broken));
        page.judge(left, refusals);
      }
      if (send.options.dryRun) break;
      crashPoint('caps.mark.before');
      const stale = await this.#save(page.changed());
      crashPoint('caps.mark.after');
      left = left.filter((message) => kinds.some(({ keyOf }) => stale.has(page.keyOf(keyOf(message)))));
    }
    return refusals;
  }

  /** Of whom a record was moved, the one that counts: under either key. */
  async #records(messages: readonly CappedMessage[], kinds: readonly Capping[]): Promise<Map<string, FrequencyRecord>> {
    const found = await this.#find(kinds.flatMap(({ keyOf }) => messages.map(keyOf)));
    for (let hops = 0; hops < 10; hops += 1) {
      const moved = [...found].filter(([, { movedTo }]) => movedTo !== undefined);
      if (moved.length === 0) return found;
      const targets = await this.#find(moved.map(([, { movedTo = '' }]) => movedTo));
      for (const [key, { movedTo = '' }] of moved)
        found.set(key, found.get(movedTo) ?? targets.get(movedTo) ?? newRecord(movedTo, Math.random()));
    }
    return found;
  }

  async #find(keys: readonly string[]): Promise<Map<string, FrequencyRecord>> {
    const wanted = [...new Set(keys)];
    const found = new Map<string, FrequencyRecord>();
    for (let from = 0; from < wanted.length; from += keysAtOnce)
      for (const [key, record] of await this.marks.find(wanted.slice(from, from + keysAtOnce))) found.set(key, record);
    return found;
  }

  async #save(records: readonly FrequencyRecord[]): Promise<ReadonlySet<string>> {
    return records.length === 0 ? new Set() : this.marks.save(records);
  }
}

/** By person first: without one, a device stands for itself. */
function cappingsOf({ app, frequency }: Send): readonly Capping[] {
  const caps = frequency?.caps ?? [];
  const kinds: readonly Capping[] = [
    {
      caps: caps.filter(({ by }) => by === 'user'),
      keyOf: ({ userId, installationId }) => (userId === null ? deviceKey(app, installationId) : personKey(app, userId)),
    },
    { caps: caps.filter(({ by }) => by === 'installation'), keyOf: ({ installationId }) => deviceKey(app, installationId) },
  ];
  return kinds.filter((kind) => kind.caps.length > 0).map(({ caps: own, keyOf }) => ({ caps: own, keyOf: madeOnce(keyOf) }));
}

function madeOnce(keyOf: Capping['keyOf']): Capping['keyOf'] {
  const keys = new Map<CappedMessage, string>();
  return (message) => {
    let key = keys.get(message);
    if (key === undefined) keys.set(message, (key = keyOf(message)));
    return key;
  };
}

/** The records of a page's messages, as they are read and as they will be. Pure. */
class CappedPage {
  /** By the key of the record itself. */
  readonly #read = new Map<string, FrequencyRecord>();
  #marks = new Map<string, readonly FrequencyMark[]>();

  constructor(
    private readonly send: Send,
    private readonly kinds: readonly Capping[],
    /** By the key under which each was looked for. */
    private readonly found: ReadonlyMap<string, FrequencyRecord>,
    private readonly now: number,
  ) {
    for (const record of found.values()) this.#read.set(record.key, record);
  }

  /** The key of the record that counts for a key. */
  keyOf(key: string): string {
    return this.found.get(key)?.key ?? key;
  }

  /** Judges messages in their order, anew each time; puts down why some are left out, and answers the marks that decided so. */
  judge(messages: readonly CappedMessage[], refusals: Refusals): readonly FrequencyMark[] {
    this.#marks = new Map();
    const decisive = new Set<FrequencyMark>();
    for (const message of messages) {
      const refusal = this.#refusal(message, decisive);
      if (refusal) refusals.set(message.installationId, refusal);
      else {
        refusals.delete(message.installationId);
        this.#mark(message);
      }
    }
    return [...decisive];
  }

  /** Takes marks out that count for nothing. */
  forget(marks: ReadonlySet<FrequencyMark>): void {
    if (marks.size === 0) return;
    for (const [key, record] of this.#read)
      if (record.marks.some((mark) => marks.has(mark)))
        this.#read.set(key, { ...record, marks: record.marks.filter((mark) => !marks.has(mark)) });
  }

  changed(): readonly FrequencyRecord[] {
    return Array.from(this.#marks, ([key, marks]) => ({ ...(this.#read.get(key) ?? newRecord(key, Math.random())), marks }));
  }

  #refusal(message: CappedMessage, decisive: Set<FrequencyMark>): CapRefusal | null {
    if (this.send.frequency?.isUncapped) return null;
    const capped = this.#capped(message);
    for (const { caps, keyOf } of this.kinds) {
      const marks = this.#of(this.keyOf(keyOf(message)));
      const broken = brokenCap(marks, capped, caps);
      if (!broken) continue;
      for (const mark of marks) decisive.add(mark);
      return { index: this.send.frequency?.caps.indexOf(broken.cap) ?? -1, until: broken.until };
    }
    return null;
  }

  #mark(message: CappedMessage): void {
    for (const { caps, keyOf } of this.kinds) {
      const key = this.keyOf(keyOf(message));
      const before = this.#of(key);
      const after = marked(before, this.#capped(message), caps, this.now);
      if (after !== before) this.#marks.set(key, after);
    }
  }

  #capped({ installationId: installation, dueAt: at }: CappedMessage): CappedSend {
    return { send: this.send.id, at, installation };
  }

  #of(key: string): readonly FrequencyMark[] {
    return this.#marks.get(key) ?? this.#read.get(key)?.marks ?? [];
  }
}
