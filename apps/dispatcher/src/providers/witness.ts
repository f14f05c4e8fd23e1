import type { Answer, RequestBatch, ResultSink } from '../transport/transport.ts';

/** One request as it went out, and what came back. */
export interface Exchange {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: string } | null;
}

const hidden = '[redacted]';

/** What a provider counts of a message, and the most that it takes, in bytes. */
export interface Weight {
  readonly bytes: number;
  readonly limit: number;
}

/** Sees what goes to a provider for each message of a request, and what it answers: for whoever tries a message. `authorization` it does not see. */
export class Witness {
  readonly #exchanges = new Map<number, Exchange>();
  readonly #weights = new Map<number, Weight>();

  /** The last one for the recipient at a position; undefined: the provider was not asked. */
  exchange(position: number): Exchange | undefined {
    return this.#exchanges.get(position);
  }

  /** What is counted of the message for the recipient at a position, whether it fits or not; undefined: it was never built. */
  weight(position: number): Weight | undefined {
    return this.#weights.get(position);
  }

  /** Hears it from whoever builds requests; of parts that count apart, the one that is nearest to its limit stays. */
  weigh(position: number, bytes: number, limit: number): void {
    const known = this.#weights.get(position);
    if (!known || bytes / limit > known.bytes / known.limit) this.#weights.set(position, { bytes, limit });
  }

  /** Takes over what another one has seen for the recipient at a position. */
  adopt(position: number, other: Witness): void {
    const exchange = other.exchange(position);
    if (exchange) this.#exchanges.set(position, exchange);
  }

  /** The request of a batch for the recipient at a position; `answer`: null without one. */
  see(batch: RequestBatch, position: number | undefined, index: number, answer: Exchange['answer']): void {
    if (position !== undefined) this.#exchanges.set(position, { headers: headersOf(batch, index), body: bodyOf(batch, index), answer });
  }

  /** A sink that tells `sink` all that it hears. `positions`: the recipient of each request of the batch. */
  watching(batch: RequestBatch, positions: readonly number[], sink: ResultSink): ResultSink {
    const note = (index: number, answer: Exchange['answer']) => {
      this.see(batch, positions[index], index, answer);
    };
    return {
      answered: (index: number, answer: Answer) => {
        note(index, { status: answer.status, body: answer.body() });
        sink.answered(index, answer);
      },
      unanswered: (index, kind, reason) => {
        if (kind === 'unknown') note(index, null);
        sink.unanswered(index, kind, reason);
      },
    };
  }
}

function headersOf(batch: RequestBatch, index: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < batch.sharedHeaders.length; at += 2) headers[batch.sharedHeaders[at] ?? ''] = batch.sharedHeaders[at + 1] ?? '';
  for (const [column, name] of batch.ownHeaders.entries()) headers[name] = batch.ownHeader(index, column);
  return batch.authorization() === '' ? headers : { ...headers, authorization: hidden };
}

function bodyOf(batch: RequestBatch, index: number): string {
  if (batch.clearBody) return batch.clearBody(index);
  const body = Buffer.alloc(batch.bodyLength(index));
  batch.writeBody(index, body, 0);
  return body.toString();
}
