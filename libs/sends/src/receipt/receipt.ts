import { uuid5 } from '#libs/kernel';

export const RECEIPT_KINDS = ['received', 'displayed', 'opened', 'dismissed', 'action'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

/** What a device says of one message; said twice it counts once. Feedback alone writes it. */
export interface Receipt {
  readonly app: string;
  /** null where the payload's receipt was all that was shown. */
  readonly installationId: string | null;
  /** uuid5(send, installation); the `receipt` of the payload begins with it. */
  readonly messageId: string;
  /** null for a receipt of a payload that did not name its send yet: it is counted for none. */
  readonly sendId: string | null;
  readonly kind: ReceiptKind;
  /** The id of the button that was pressed; null for the other kinds. */
  readonly action: string | null;
  /** The device's clock, ms. */
  readonly at: number;
  /** Our clock, ms: clocks of devices are wrong by years, and a receipt is kept from here on. */
  readonly takenAt: number;
}

/** What was said, without of what. */
export type Said = Pick<Receipt, 'kind' | 'action' | 'at' | 'takenAt'>;

/** Distinct messages of a send, by what devices said of them; of its actions the hundred that were pressed most. */
export interface ReceiptCounts extends Readonly<Record<Exclude<ReceiptKind, 'action'>, number>> {
  readonly actions: Readonly<Record<string, number>>;
}

export const NO_RECEIPTS: ReceiptCounts = { received: 0, displayed: 0, opened: 0, dismissed: 0, actions: {} };
const maxActionsShown = 100;

/** Kind and action in one word, as both stores keep it: `opened`, `action:reply`. */
export function wordOf({ kind, action }: Pick<Receipt, 'kind' | 'action'>): string {
  return action === null ? kind : `${kind}:${action}`;
}

/** The name-based id of the fact that a receipt is, however it is told. */
export function receiptFactId({ app, messageId, ...said }: Pick<Receipt, 'app' | 'messageId' | 'kind' | 'action'>): string {
  return uuid5('receipt', app, messageId, wordOf(said));
}

/** The way back from `wordOf`. */
export function kindOfWord(word: string): Pick<Receipt, 'kind' | 'action'> {
  const end = word.indexOf(':');
  return end < 0 ? { kind: word as ReceiptKind, action: null } : { kind: word.slice(0, end) as ReceiptKind, action: word.slice(end + 1) };
}

/** Counts as they are shown, from the number of messages of each word. */
export function countsOfWords(words: readonly (readonly [word: string, messages: number])[]): ReceiptCounts {
  const isAction = ([word]: readonly [string, number]) => word.startsWith('action:');
  const actions = words.filter(isAction).map(([word, messages]) => [word.slice('action:'.length), messages] as const);
  const most = actions.sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1)).slice(0, maxActionsShown);
  return { ...NO_RECEIPTS, ...Object.fromEntries(words.filter((one) => !isAction(one))), actions: Object.fromEntries(most) };
}
