/** A range of hash slots of a send; planned by whoever holds its event, as far as its stored pages reach. */
export interface Slice {
  /** `send:slice` */
  readonly id: string;
  readonly app: string;
  readonly sendId: string;
  readonly slice: number;
  readonly revision: number;
  /** Keys in `(after, through]`. */
  readonly after: string;
  readonly through: string;
  /** Its last page is stored. */
  readonly planned: boolean;
  /** The highest page up to which every batch has an attempt; -1 at first. */
  readonly handedOver: number;
  /** When the sweep has to look at it; null when planned and handed over. */
  readonly dueAt: number | null;
}
