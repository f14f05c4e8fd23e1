import { ENVIRONMENT_CORRECTED } from '#libs/sends';
import type { Answer, ResultSink, UnansweredKind } from '../transport/transport.ts';
import type { Outcome } from './outcome.ts';
import type { ProviderAccount, ProviderProtocol } from './provider-protocol.ts';
import type { Recipient, Recipients } from './push-provider.ts';

/** Turns what a transport says into outcomes, each at its recipient's place. */
export class OutcomeSink<A extends ProviderAccount> implements ResultSink {
  constructor(
    private readonly outcomes: Outcome[],
    private readonly positions: readonly number[],
    private readonly recipients: Recipients,
    private readonly protocol: Pick<ProviderProtocol<A>, 'classify' | 'unanswered'>,
    private readonly account: A,
    /** It is the provider that cannot be reached, and not one host of many. */
    private readonly isForAll: boolean,
  ) {}

  answered(index: number, answer: Answer): void {
    const recipient = this.recipients.at(this.positions[index] ?? Infinity);
    if (recipient) this.#put(index, this.protocol.classify(answer, recipient, this.account));
  }

  unanswered(index: number, kind: UnansweredKind, reason: string): void {
    const outcome = outcomeWithoutAnswer(kind, reason, this.isForAll);
    const recipient = this.recipients.at(this.positions[index] ?? Infinity);
    if (recipient) this.protocol.unanswered?.(outcome, recipient);
    this.#put(index, outcome);
  }

  #put(index: number, outcome: Outcome): void {
    const position = this.positions[index];
    if (position !== undefined) this.outcomes[position] = outcome;
  }
}

/** providers.md 1.11, last rows: what was not processed may go at once, what was written and not answered is doubt. */
function outcomeWithoutAnswer(kind: UnansweredKind, reason: string, isForAll: boolean): Outcome {
  if (reason === 'invalid_request') return { kind: 'payload_bad', reason };
  switch (kind) {
    case 'refused':
      return { kind: 'retry_later', reason, faultOf: 'network', afterMs: 0 };
    case 'unknown':
      return { kind: 'unknown', reason };
    case 'unreachable':
      return { kind: isForAll ? 'provider_down' : 'retry_later', reason, faultOf: 'network' };
  }
}

/** What the other environment's answer makes of a dead address; undefined: it is as dead as was said. */
export function afterOther({ environment, token }: Recipient, outcome: Outcome): Outcome | undefined {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'token_moved', reason: ENVIRONMENT_CORRECTED[environment], token };
    case 'unknown':
      return outcome;
    case 'retry_later':
    case 'throttled':
    case 'provider_down':
      // That it was not asked says nothing of the token, and nothing of the provider that did answer.
      return { kind: 'retry_later', reason: 'environment_unclear', faultOf: 'network' };
    case 'token_invalid':
    case 'token_moved':
    case 'wrong_sender':
    case 'credentials_bad':
    case 'payload_bad':
      return undefined;
  }
}
