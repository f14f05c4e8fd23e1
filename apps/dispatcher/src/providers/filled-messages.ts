import { escapedTexts, type BodyTemplate, type Filling } from './body-template.ts';
import type { ProviderBatch } from './provider-protocol.ts';
import type { ProviderRequest, Recipients } from './push-provider.ts';
import type { RequestParts } from './request-batch.ts';

/** What one of them has of its own: the same object for each. */
interface Cursor extends Filling {
  position: number;
  token: string;
  receipt: string;
  texts: readonly string[];
}

/** Messages that go with bodies of templates, a column a field: an object for each would live just long enough to be dear. */
export class FilledMessages {
  /** In the request. */
  readonly positions: number[] = [];
  readonly #templates: BodyTemplate[];
  readonly #tokens: string[];
  readonly #texts: (readonly string[])[];
  readonly #lengths: number[];
  readonly #cursor: Cursor;

  /** `most`: as many messages as are to be expected. A list that grows is copied again and again. */
  constructor(
    private readonly recipients: Recipients,
    most: number,
  ) {
    this.#templates = new Array<BodyTemplate>(most);
    this.#tokens = new Array<string>(most);
    this.#texts = new Array<readonly string[]>(most);
    this.#lengths = new Array<number>(most);
    const cursor: Cursor = { position: 0, token: '', receipt: '', texts: [] };
    const write = recipients.writeReceipt?.bind(recipients);
    this.#cursor = write ? Object.assign(cursor, { writeReceipt: (into: Buffer, at: number) => { write(cursor.position, into, at); } }) : cursor; // prettier-ignore
  }

  /** Takes a message whose body is no longer than `most` bytes, and answers how long it is. `texts`: as they are to be read. */
  add(position: number, template: BodyTemplate, token: string, texts: readonly string[], most = Infinity): number {
    const escaped = escapedTexts(texts);
    const length = template.length(this.#at(position, token, escaped));
    if (length > most) return length;
    const index = this.positions.push(position) - 1;
    this.#templates[index] = template;
    this.#tokens[index] = token;
    this.#texts[index] = escaped;
    this.#lengths[index] = length;
    return length;
  }

  token(index: number): string {
    return this.#tokens[index] ?? outOfRange(index);
  }

  messageId(index: number): string {
    return this.recipients.at(this.positions[index] ?? Infinity)?.messageId ?? outOfRange(index);
  }

  /** In bytes. */
  length(index: number): number {
    return this.#lengths[index] ?? outOfRange(index);
  }

  writeBody(index: number, into: Buffer, offset: number): void {
    const template = this.#templates[index] ?? outOfRange(index);
    template.write(into, offset, this.#at(this.positions[index] ?? 0, this.token(index), this.#texts[index] ?? []));
  }

  #at(position: number, token: string, texts: readonly string[]): Filling {
    const cursor = this.#cursor;
    cursor.position = position;
    cursor.token = token;
    cursor.texts = texts;
    if (cursor.writeReceipt === undefined) cursor.receipt = this.recipients.at(position)?.receipt ?? '';
    return cursor;
  }
}

/** How their requests differ; what is absent is the same for all. */
type FilledParts = Pick<RequestParts<never>, 'destination' | 'sharedHeaders' | 'authorization'> & {
  readonly path: (index: number) => string;
  /** A header that each request has with a value of its own. */
  readonly own?: { readonly name: string; readonly value: (index: number) => string };
};

/** A request a message, as `requestBatch` makes them of objects. */
export function filledBatch(
  { lane, startBy }: Pick<ProviderRequest, 'lane' | 'startBy'>,
  sent: FilledMessages,
  { own, ...parts }: FilledParts,
): ProviderBatch {
  return {
    ...parts,
    positions: sent.positions,
    size: sent.positions.length,
    urgent: lane === 'transactional',
    startBy,
    method: 'POST',
    ownHeaders: own ? [own.name] : [],
    ownHeader: own ? own.value : outOfRange,
    bodyLength: (index) => sent.length(index),
    writeBody: (index, into, offset) => {
      sent.writeBody(index, into, offset);
    },
  };
}

function outOfRange(index: number): never {
  throw new RangeError(`No request ${index} in this batch`);
}
