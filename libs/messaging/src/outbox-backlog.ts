/** What waits to be told. */
export interface Backlog {
  /** Documents whose events have not all left. */
  readonly documents: number;
  /** For how long the oldest of them waits, ms; 0 when there is none. */
  readonly oldestMs: number;
}

/** How far behind the events are that state changes have caused; for metrics. May throw DependencyUnavailable. */
export abstract class OutboxBacklog {
  abstract backlog(): Promise<Backlog>;
}

/** In the embedded store an event enters the log in the transaction of its state: nothing ever waits. */
export class NoBacklog extends OutboxBacklog {
  async backlog(): Promise<Backlog> {
    return Promise.resolve({ documents: 0, oldestMs: 0 });
  }
}
