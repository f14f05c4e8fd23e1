export const RECEIPT_KINDS = ['received', 'displayed', 'opened', 'dismissed'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

/** What a device says of one message; said twice it counts once. Feedback alone writes it. */
export interface Receipt {
  readonly app: string;
  readonly installationId: string;
  /** uuid5(send, installation); the `receipt` of the payload begins with it. */
  readonly messageId: string;
  /** null for a receipt of a payload that did not name its send yet: it is counted for none. */
  readonly sendId: string | null;
  readonly kind: ReceiptKind;
  /** The device's clock, ms. */
  readonly at: number;
}

/** Distinct messages of a send, by what devices said of them. */
export type ReceiptCounts = Readonly<Record<ReceiptKind, number>>;

export const NO_RECEIPTS: ReceiptCounts = { received: 0, displayed: 0, opened: 0, dismissed: 0 };
