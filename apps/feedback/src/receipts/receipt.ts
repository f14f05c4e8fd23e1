import { messageId, messageOfReceipt } from '#libs/kernel';

export const RECEIPT_KINDS = ['received', 'displayed', 'opened', 'dismissed'] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

/** What a device says of one message; said twice it counts once. */
export interface Receipt {
  readonly app: string;
  readonly installationId: string;
  /** uuid5(send, installation); the `receipt` of the payload begins with it. */
  readonly messageId: string;
  /** Known when the device named the send. */
  readonly sendId: string | null;
  readonly kind: ReceiptKind;
  /** The device's clock, ms. */
  readonly at: number;
}

export interface ReportedReceipt {
  readonly sendId?: string;
  readonly receipt?: string;
  readonly kind: ReceiptKind;
  readonly at: number;
}

export function receiptOf(app: string, installationId: string, reported: ReportedReceipt): Receipt {
  const { sendId = null, receipt, kind, at } = reported;
  const id = receipt === undefined ? messageId(sendId ?? '', installationId) : messageOfReceipt(receipt);
  return { app, installationId, messageId: id, sendId, kind, at };
}
