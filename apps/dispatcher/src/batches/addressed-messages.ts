import { PushToken, type Receipts, type ReceiptSigner } from '#libs/kernel';
import type { Environment, Platform, RecipientColumns } from '#libs/registry';
import type { Recipient, Recipients } from '../providers/push-provider.ts';
import type { Rendered } from './renderer.ts';

/** What all messages of a round have in common. */
export interface RoundFacts {
  readonly app: string;
  readonly sendId: string;
  readonly addressed: Recipient['addressed'];
  /** Whether the message at a position of the batch was handed over before. */
  readonly isRepeat: (position: number) => boolean;
}

/** What a finding needs of the installation as it was read. */
export interface Holder {
  readonly fingerprint: string;
  /** ms */
  readonly confirmedAt: number;
  /** By a server, and never confirmed. */
  readonly imported: boolean;
}

/** The messages of one turn that go, a column a field, in the order of their positions in the batch. */
export class AddressedMessages implements Recipients {
  /** In the batch. */
  readonly positions: number[] = [];
  readonly #places: Uint16Array;
  readonly #renderings: Uint16Array;
  readonly #texts: (readonly string[])[];
  readonly #view: AddressedMessage;

  /** `most`: of the messages that may be added. */
  constructor(
    private readonly columns: RecipientColumns,
    private readonly facts: RoundFacts,
    most: number,
  ) {
    this.#places = new Uint16Array(most);
    this.#renderings = new Uint16Array(most);
    this.#texts = new Array<readonly string[]>(most);
    this.#view = new AddressedMessage(columns, facts);
  }

  get length(): number {
    return this.positions.length;
  }

  add(position: number, place: number, { rendering, texts }: Rendered): void {
    const index = this.positions.push(position) - 1;
    this.#places[index] = place;
    this.#renderings[index] = rendering;
    this.#texts[index] = texts;
  }

  /** Makes ids and receipts of all of them; before, they have none. */
  sign(signer: ReceiptSigner): void {
    const ids = this.positions.map((_, index) => this.columns.ids[this.#places[index] ?? 0] ?? '');
    this.#view.receipts = signer.sign(this.facts.app, this.facts.sendId, ids);
  }

  at(index: number): Recipient | undefined {
    if (index >= this.positions.length) return undefined;
    const view = this.#view;
    view.index = index;
    view.position = this.positions[index] ?? 0;
    view.place = this.#places[index] ?? 0;
    view.rendering = this.#renderings[index] ?? 0;
    view.texts = this.#texts[index] ?? noTexts;
    return view;
  }

  keys(): ArrayIterator<number> {
    return this.positions.keys();
  }

  map<T>(each: (recipient: Recipient, index: number) => T): T[] {
    return this.positions.map((_, index) => each(this.at(index) ?? this.#view, index));
  }

  writeReceipt(index: number, into: Buffer, offset: number): void {
    this.#view.receipts?.write(index, into, offset);
  }

  isImported(index: number): boolean {
    return this.columns.tokenImported(this.#places[index] ?? 0);
  }

  isDropped(index: number): boolean {
    return this.columns.isDropped(this.#places[index] ?? 0);
  }

  holder(index: number): Holder {
    const place = this.#places[index] ?? 0;
    const { columns } = this;
    return {
      fingerprint: columns.tokenFingerprint(place) ?? '',
      confirmedAt: columns.tokenConfirmedAt(place) ?? 0,
      imported: columns.tokenImported(place),
    };
  }
}

const noTexts: readonly string[] = [];

/** One of them: the same object for each, because so many would live just long enough to be dear. */
class AddressedMessage implements Recipient {
  receipts: Receipts | undefined;
  index = 0;
  position = 0;
  place = 0;
  rendering = 0;
  texts = noTexts;

  constructor(
    private readonly columns: RecipientColumns,
    private readonly facts: RoundFacts,
  ) {}

  get messageId(): string {
    return this.receipts?.messageId(this.index) ?? '';
  }

  get receipt(): string {
    return this.receipts?.text(this.index) ?? '';
  }

  get token(): PushToken {
    return new PushToken(this.columns.revealed(this.place));
  }

  get addressed(): Recipient['addressed'] {
    return this.facts.addressed;
  }

  get confirmedAt(): number {
    return this.columns.tokenConfirmedAt(this.place) ?? 0;
  }

  get platform(): Platform {
    return this.columns.platform(this.place);
  }

  get environment(): Environment {
    return this.columns.environment(this.place);
  }

  get bundleId(): string | null {
    return this.columns.bundleId(this.place);
  }

  get isRepeat(): boolean {
    return this.facts.isRepeat(this.position);
  }
}
