/** What a device keeps between starts; in a browser, the page and the service worker read the same. */
export interface State {
  /** Where the platform is, without a slash at the end. */
  readonly url: string;
  readonly app: string;
  /** The sdk key: public, it proves nothing. */
  readonly key: string;
  /** Our own id of this device; undefined before its first registration. */
  readonly installationId?: string | undefined;
  /** Proves the installation; the platform hands it out once. */
  readonly installationSecret?: string | undefined;
  /** Who is logged in; undefined or null: nobody we know. */
  readonly externalId?: string | null | undefined;
  /** The last JWT that the app gave for that user. */
  readonly userToken?: string | undefined;
  /** Of Web Push: the key that the push service knows the subscription by, base64url. */
  readonly applicationServerKey?: string | undefined;
  /** When a person said "not now" to the app's own question, ms. */
  readonly declinedAt?: number | undefined;
}

/** Keeps the state and what is to be reported. Writes of one device come one after the other. */
export interface Store {
  read(): Promise<State | undefined>;
  write(state: State): Promise<void>;
  /** Appends to what waits to be reported. */
  addReceipts(receipts: readonly Receipt[]): Promise<void>;
  /** The oldest first, with their keys. */
  receipts(most: number): Promise<readonly KeptReceipt[]>;
  removeReceipts(keys: readonly number[]): Promise<void>;
}

export type ReceiptKind = 'received' | 'displayed' | 'opened' | 'dismissed' | 'action';

/** What became of one message here. `receipt` is the payload's, `at` an ISO instant by the device's clock. */
export interface Receipt {
  readonly receipt: string;
  readonly kind: ReceiptKind;
  readonly action?: string;
  readonly at: string;
}

export interface KeptReceipt {
  readonly key: number;
  readonly value: Receipt;
}
