import type { Answer, ResultSink, UnansweredKind } from '../transport/transport.ts';
import type { Outcome } from './outcome.ts';

/** Turns what a transport says into outcomes, each at its recipient's place. */
export class OutcomeSink implements ResultSink {
  constructor(
    private readonly outcomes: Outcome[],
    private readonly positions: readonly number[],
    private readonly classify: (answer: Answer) => Outcome,
  ) {}

  answered(index: number, answer: Answer): void {
    this.#put(index, this.classify(answer));
  }

  unanswered(index: number, kind: UnansweredKind, reason: string): void {
    this.#put(index, outcomeWithoutAnswer(kind, reason));
  }

  #put(index: number, outcome: Outcome): void {
    const position = this.positions[index];
    if (position !== undefined) this.outcomes[position] = outcome;
  }
}

/** providers.md 1.11, last rows: what was not processed may go at once, what was written and not answered is doubt. */
function outcomeWithoutAnswer(kind: UnansweredKind, reason: string): Outcome {
  if (reason === 'invalid_request') return { kind: 'payload_bad', reason };
  switch (kind) {
    case 'refused':
      return { kind: 'retry_later', reason, faultOf: 'network', afterMs: 0 };
    case 'unknown':
      return { kind: 'unknown', reason };
    case 'unreachable':
      return { kind: 'provider_down', reason, faultOf: 'network' };
  }
}
