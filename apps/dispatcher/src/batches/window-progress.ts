import { type Attempt, IndexSet, type PageEntry, type TokenFinding } from '#libs/sends';
import type { Answer, Answers } from '#libs/sends/attempt/writing';
import type { Room } from '../admission/room.ts';
import type { Channel } from './channels.ts';

/** One window of an attempt, while it is worked on. */
export interface WindowWork {
  readonly attempt: Attempt;
  readonly entries: readonly PageEntry[];
  readonly channel: Channel;
  readonly progress: WindowProgress;
  readonly room: Room;
  /** No round is begun after this instant (ms): handlers are short. */
  readonly until: number;
}

/** What is known of a window while it is worked on: answers so far, and what was handed to the provider. */
export class WindowProgress implements Answers {
  readonly messages = new Map<number, Answer>();
  readonly tokens: TokenFinding[] = [];
  readonly imported: number[] = [];
  #handed = IndexSet.empty();
  #answered = IndexSet.empty();

  constructor(readonly window: IndexSet) {}

  /** Messages without an answer. */
  get open(): IndexSet {
    return this.window.minus(this.#answered);
  }

  answer(position: number, answer: Answer): void {
    this.messages.set(position, answer);
    this.#answered.add(position);
  }

  answerOpen(answer: Answer): void {
    for (const position of this.open) this.answer(position, answer);
  }

  /** From now on these may be accepted without our knowing. */
  hand(positions: Iterable<number>): void {
    this.#handed = this.#handed.union(IndexSet.of(positions));
  }

  /** Every one handed over has its answer, or was provably not processed. */
  handBack(): void {
    this.#handed = IndexSet.empty();
  }

  /** After a fault of ours: what was on its way has an unknown result. */
  doubtHanded(answer: Answer): void {
    for (const position of this.#handed.minus(this.#answered)) this.answer(position, answer);
  }
}
