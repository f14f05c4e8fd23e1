import type { Answer, Destination, RequestBatch } from '../transport/transport.ts';
import type { ProviderName } from '#libs/kernel';
import type { RenderedMessage } from '#libs/sends';
import type { ProviderCredential } from './credential-source.ts';
import type { Outcome } from './outcome.ts';
import type { SimulatedProvider } from './provider-endpoints.ts';
import type { ProviderQuota, ProviderRequest, Recipient } from './push-provider.ts';

/** Requests of one shape: they differ in nothing that a connection or a shared header has to know. */
export interface ProviderBatch extends RequestBatch {
  /** The recipient (index in the request) of each of its requests. */
  readonly positions: readonly number[];
}

/** What a request becomes: batches for the transport, and outcomes of messages that need no provider to fail. */
export interface BuiltRequest {
  readonly batches: readonly ProviderBatch[];
  readonly failed: readonly { readonly position: number; readonly outcome: Outcome }[];
}

/** The present value of the `authorization` header. It changes in place when a token is replaced. */
export interface Authorization {
  readonly header: string;
}

/** An app's way to a provider, resolved: where to, as whom. */
export interface ProviderAccount {
  /** Changes with the credential and with the address. */
  readonly key: string;
  /** Asked for room before a batch is read; where one cannot be reached, the provider is down. */
  readonly destinations: readonly Destination[];
  /** Hosts in use that addresses name themselves (WNS): nobody asks them beforehand, and a fault of one is no fault of the provider. */
  readonly namedByAddresses?: () => Iterable<Destination>;
}

export type ProbeAddress = Pick<Recipient, 'token' | 'platform' | 'environment' | 'bundleId'>;

/** What one provider does in its own way; `TransportPushProvider` does the rest. */
export interface ProviderProtocol<A extends ProviderAccount> {
  readonly name: ProviderName;
  /** Throws when the credential's fields are not what the provider needs. */
  account(credential: ProviderCredential, simulated: SimulatedProvider | undefined): A;
  /** Makes sure that there is a valid token. An outcome says why there is none. */
  authorize(account: A): Promise<Authorization | Outcome>;
  /** The provider refused the token: tries to have another one. False: there is none. */
  renew(account: A, refused: string): Promise<boolean>;
  /** The same account at another address, for what the first one could not serve or be asked. Absent: there is none. */
  elsewhere?(account: A): A | undefined;
  /** Builds requests for some of the recipients. */
  build(request: ProviderRequest, positions: readonly number[], account: A, authorization: Authorization): BuiltRequest;
  /** What the provider documents that an account may send. Absent, or undefined: nothing of the kind. */
  quotaOf?(credential: ProviderCredential): ProviderQuota | undefined;
  /** Whom to ask about a credential: addresses that nobody has and the provider calls malformed. None: to be authorized is all there is to ask. */
  probes?(account: A): readonly ProbeAddress[];
  /** An address that nobody has, of the form that the provider hands out: what a message would come to is built for it, and never sent. */
  readonly example: ProbeAddress;
  /** The recipient as it is to be tried once more, in the provider's other environment, after an answer that may mean no more than that; undefined: not. */
  otherEnvironment?(recipient: Recipient, outcome: Outcome): Recipient | undefined;
  /** What an answer means. `recipient`: whom it is about, as some providers name addresses in it; `account`: who asked. */
  classify(answer: Answer, recipient: Recipient, account: A): Outcome;
  /** Whether a message is of a kind that goes to other tokens than those that show notifications (VoIP, Live Activities): no answer to it tells anything of such a token. */
  isForOtherTokens?(message: RenderedMessage): boolean;
  /** Hears of the want of an answer, as it hears of answers. */
  unanswered?(outcome: Outcome, recipient: Recipient): void;
  /** The provider said that an address belongs to another sender: true when there is one more to send as, which the next `build` does. */
  hasOtherSender?(account: A, recipient: Recipient): boolean;
}

export function isOutcome(value: Authorization | Outcome): value is Outcome {
  return 'kind' in value;
}
