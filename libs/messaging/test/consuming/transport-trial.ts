import type { DeadLetter } from '../../src/dead-letters/dead-letter.ts';
import type { DeadLetters } from '../../src/dead-letters/dead-letters.ts';
import type { EventPublisher } from '../../src/event-publisher.ts';
import type { ConsumeSettings } from '../../src/consuming/consume-settings.ts';
import type { EventTransport } from '../../src/consuming/event-transport.ts';
import type { GroupPositions } from '../../src/consuming/group-positions.ts';

/** A process of the platform, as far as events go, on data that outlives it. */
export interface TransportProcess {
  readonly publisher: EventPublisher;
  readonly transport: EventTransport;
  readonly letters: DeadLetters;
  readonly positions: GroupPositions;
  /** Of the test topic; fewer than 20. */
  readonly partitions: number;
  /** Puts any text on the test topic. */
  publishText(key: string, value: string): Promise<void>;
  /** Ends the process as SIGTERM does, or as `kill -9` does. */
  end(how: 'drain' | 'kill'): Promise<void>;
}

/** Opens processes one after the other, or beside each other, on the same data; the test topic is empty and has at least two partitions. */
export interface TransportBench {
  start(settings?: Partial<ConsumeSettings>): Promise<TransportProcess>;
}

/** Short pauses, so that tests wait for facts and not for time. */
const quick: Partial<ConsumeSettings> = {
  firstPauseMs: 1,
  maxPauseMs: 4,
  dependencyPauseMs: 1,
  maxDependencyPauseMs: 4,
  commitAfterMs: 10,
  drainMs: 100,
};

/** What the parts of the contract suite do with a bench; ends the processes of a test with it. */
export class TransportTrial {
  #bench: TransportBench | undefined;
  #started: TransportProcess[] = [];

  constructor(open: () => Promise<TransportBench>) {
    beforeEach(async () => {
      this.#bench = await open();
      this.#started = [];
    });
    afterEach(async () => {
      for (const process of this.#started) await process.end('kill');
    });
  }

  async start(settings: Partial<ConsumeSettings> = {}): Promise<TransportProcess> {
    if (!this.#bench) throw new Error('There is no bench outside a test');
    const process = await this.#bench.start({ ...quick, ...settings });
    this.#started.push(process);
    return process;
  }
}

export async function lettersOf({ letters }: TransportProcess): Promise<readonly DeadLetter[]> {
  return (await letters.list({}, 100)).items;
}

/** True when every group has committed all there is. */
export async function isRead({ transport }: TransportProcess): Promise<boolean> {
  return (await transport.lag()).every(({ messages }) => messages === 0);
}
