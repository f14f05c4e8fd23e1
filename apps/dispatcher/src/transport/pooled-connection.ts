import type { Sending } from './sending.ts';
import type { Destination } from './transport.ts';

/** One connection to a destination, whatever is spoken on it. */
export interface PooledConnection {
  readonly openedAt: number;
  readonly inFlight: number;
  /** The most at once since it was last idle. */
  readonly peakInFlight: number;
  /** It served somebody, or ended in good order: its successor may be made at once. */
  readonly wasOfUse: boolean;
  readonly hasAnswered: boolean;
  /** It takes no more requests, for good. */
  readonly isLeaving: boolean;
  /** It is made, and requests may be begun on it. */
  readonly isReady: boolean;
  /** Requests it carries at once, as things stand. */
  readonly capacity: number;
  readonly hasRoom: boolean;
  /** There is room, and enough of it for requests that are not urgent. */
  readonly hasRoomForSome: boolean;
  /** Why it could not be made, where that is known better than `connect_failed`. */
  readonly failure?: string | undefined;
  begin(sending: Sending, index: number, now: number): void;
  /** Called every few hundred ms: ends what is overdue. */
  tick(now: number): void;
  /** Takes no more requests; closes when the last is answered. */
  leave(): void;
  /** Ends it now: what is in flight is lost. */
  end(reason: string): void;
}

/** What a pool hears from its connections. */
export interface ConnectionKeeper {
  /** It may carry more than before. */
  freed(): void;
  /** Requests of a batch came back unprocessed. */
  again(sending: Sending): void;
  /** It takes no more, for good. Comes once, `closed` after it. */
  leaves(connection: PooledConnection): void;
  closed(connection: PooledConnection): void;
}

/** Throws for an authority that is no PEM, or a host that is none. */
export type OpenConnection = (destination: Destination, keeper: ConnectionKeeper) => PooledConnection;
