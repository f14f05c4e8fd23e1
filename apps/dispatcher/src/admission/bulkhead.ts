import type { Lane } from '#libs/kernel';
import { Room } from './room.ts';
import type { Timer } from '../timer.ts';

interface Waiting {
  readonly messages: number;
  readonly enter: (room: Room) => void;
}

const bulkShare = 0.75;
/** How often one that waits is told to go on waiting, as long as others leave. */
const maxWaits = 4;

/** Bounds the messages that one credential has in hand, so that a slow provider starves nobody; bulk leaves a quarter to transactional. */
export class Bulkhead {
  #inside = 0;
  #bulkInside = 0;
  #departures = 0;
  readonly #waiting: Record<Lane, Waiting[]> = { transactional: [], bulk: [] };

  constructor(
    private readonly capacity: number,
    private readonly timer: Timer,
  ) {}

  get inside(): number {
    return this.#inside;
  }

  /**
   * Resolves to room once there is some, in the order of asking; to undefined when none has come back for `waitMs`, or after four times as long: whoever
   * comes back later costs the store a dozen calls.
   */
  async enter(lane: Lane, messages: number, waitMs: number): Promise<Room | undefined> {
    const size = this.#clamped(lane, messages);
    return this.#waiting[lane].length === 0 && this.#fits(lane, size) ? this.#room(lane, size) : this.#wait(lane, size, waitMs);
  }

  #room(lane: Lane, messages: number): Room {
    this.#add(lane, messages);
    return new Room(messages, (back) => {
      this.#departures += 1;
      this.#add(lane, -back);
      this.#admit('transactional');
      this.#admit('bulk');
    });
  }

  #wait(lane: Lane, messages: number, waitMs: number): Promise<Room | undefined> {
    return new Promise((resolve) => {
      let waits = 0;
      let departures = this.#departures;
      const look = (): void => {
        waits += 1;
        if (this.#departures > departures && waits < maxWaits) {
          departures = this.#departures;
          cancel = this.timer.after(waitMs, look);
          return;
        }
        this.#waiting[lane] = this.#waiting[lane].filter((one) => one !== waiting);
        resolve(undefined);
      };
      let cancel = this.timer.after(waitMs, look);
      const waiting: Waiting = {
        messages,
        enter: (room) => {
          cancel();
          resolve(room);
        },
      };
      this.#waiting[lane].push(waiting);
    });
  }

  #admit(lane: Lane): void {
    for (let first = this.#waiting[lane][0]; first && this.#fits(lane, first.messages); first = this.#waiting[lane][0]) {
      this.#waiting[lane].shift();
      first.enter(this.#room(lane, first.messages));
    }
  }

  #fits(lane: Lane, messages: number): boolean {
    if (this.#inside + messages > this.capacity) return false;
    return lane === 'transactional' || this.#bulkInside + messages <= this.capacity * bulkShare;
  }

  /** A batch larger than all the room there is may enter alone. */
  #clamped(lane: Lane, messages: number): number {
    return Math.min(messages, Math.floor(lane === 'bulk' ? this.capacity * bulkShare : this.capacity));
  }

  #add(lane: Lane, messages: number): void {
    this.#inside += messages;
    if (lane === 'bulk') this.#bulkInside += messages;
  }
}
