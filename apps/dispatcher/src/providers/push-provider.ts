import type { Lane, ProviderName, PushToken } from '#libs/kernel';
import type { Environment, Platform } from '#libs/registry';
import type { MessagePriority, RenderedMessage } from '#libs/sends';
import type { ProviderCredential } from './credential-source.ts';
import type { Outcome } from './outcome.ts';
import type { Witness } from './witness.ts';

/** One message of a batch: which rendering goes to which address. */
export interface Recipient {
  /** uuid5(send, installation): `apns-id`. */
  readonly messageId: string;
  /** What the payload carries of it, for the device to show (ReceiptSigner). */
  readonly receipt: string;
  readonly token: PushToken;
  /** What the address is where it is no device's token: of a provider whose addresses are of several kinds. */
  readonly addressed?: 'topic' | 'condition' | 'channel' | 'activity' | undefined;
  /** When an app last said that it has this token, ms; 0 or undefined: nobody knows. */
  readonly confirmedAt?: number;
  readonly platform: Platform;
  readonly environment: Environment;
  /** null: the credential's first. */
  readonly bundleId: string | null;
  /** Index into `renderings`. */
  readonly rendering: number;
  /** For the holes of its rendering (`HOLES`), in their order. */
  readonly texts: readonly string[];
  /** Handed over before: the provider may have taken it already. */
  readonly isRepeat: boolean;
}

/**
 * The messages of a request, in their order; an array of recipients will do. What `at` answers holds until it is asked again: whoever keeps one takes a copy
 * (`copyOf`).
 */
export interface Recipients {
  readonly length: number;
  at(index: number): Recipient | undefined;
  keys(): Iterable<number>;
  map<T>(each: (recipient: Recipient, index: number) => T): T[];
  /** Writes the bytes of a recipient's receipt; absent: its text has to do. */
  writeReceipt?(index: number, into: Buffer, offset: number): void;
}

export function copyOf(recipient: Recipient): Recipient {
  const { messageId, receipt, token, addressed, confirmedAt, platform, environment, bundleId, rendering, texts, isRepeat } = recipient;
  const given = { ...(addressed && { addressed }), ...(confirmedAt !== undefined && { confirmedAt }) };
  return { messageId, receipt, token, ...given, platform, environment, bundleId, rendering, texts, isRepeat };
}

/** Messages of one send, app and provider. */
export interface ProviderRequest {
  readonly app: string;
  readonly sendId: string;
  readonly lane: Lane;
  /** Absolute, ms. */
  readonly expiresAt: number;
  /** Sent at most while it is fresh: the provider keeps nothing for a phone that is off. */
  readonly nowOrNever: boolean;
  readonly priority: MessagePriority;
  readonly collapseId: string | null;
  /** The provider looks at it and delivers nothing, where it can do that. */
  readonly validateOnly?: boolean;
  /** Distinct texts, or what texts are filled into; a body is built once for each. */
  readonly renderings: readonly RenderedMessage[];
  readonly recipients: Recipients;
  /** What has not begun at this instant (ms) is not sent: `retry_later` with `afterMs: 0`. The owner's reading plus OWNER_READ_MAX_AGE. */
  readonly startBy: number;
  /** Sees every exchange with the provider; nobody unless said. */
  readonly witness?: Witness;
}

/** `outcome` says why not: `credentials_bad`, `provider_down`, or `retry_later` when all connections are busy. */
export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly outcome: Outcome };

export interface ProviderLoad {
  readonly inFlight: number;
  /** The most at once since its connections were last idle. */
  readonly peakInFlight: number;
  readonly waiting: number;
  readonly connections: number;
}

/** What came of one question to a provider about a credential. */
export interface ProbeAnswer {
  /** Whom it was about; absent: the whole credential. */
  readonly bundleId?: string;
  readonly environment?: Environment;
  readonly outcome: Outcome;
}

/** What a provider lets all that send by one account send, whichever apps and processes they are. */
export interface ProviderQuota {
  /** Of the account, such as a project. */
  readonly name: string;
  readonly perMinute: number;
}

/** Sends through one provider. Failures are values, never exceptions. */
export abstract class PushProvider {
  abstract readonly name: ProviderName;

  /**
   * Before owners are read (correctness P2, "Admit"): credentials opened and exchanged, no known fault of the connection, room for
   * a batch. Resolves at the latest shortly after `by` (ms).
   */
  abstract admit(app: string, by: number): Promise<Admission>;

  /** One outcome per recipient, in their order. Takes at most the request deadline (12 s) after `startBy`. */
  abstract send(request: ProviderRequest): Promise<Outcome[]>;

  /** As `send` does up to the wire: what could not be sent has its outcome, the rest would be `accepted`. A witness sees the requests. */
  abstract look(request: ProviderRequest): Promise<Outcome[]>;

  /** An address that nobody has, for messages that are only looked at. */
  abstract readonly example: Pick<Recipient, 'token' | 'platform' | 'environment' | 'bundleId'>;

  /** What the provider documents that an account may send; undefined: nothing of the kind. */
  quotaOf(_credential: ProviderCredential): ProviderQuota | undefined {
    return undefined;
  }

  /** What goes on now for an app's credential. */
  abstract load(app: string): ProviderLoad;

  /** Asks the provider about a credential with messages that reach nobody. `startBy`: ms. */
  abstract probe(credential: ProviderCredential, startBy: number): Promise<readonly ProbeAnswer[]>;
}
