/** What a person writes and launches, again and again if they like. Instants in ms. */
export interface Campaign {
  readonly app: string;
  readonly id: string;
  readonly revision: number;
  readonly name: string | null;
  readonly labels: readonly string[];
  /** The body of the sends it makes, as written and checked: `to`, `message`, `variables`, `options`, `metadata`. */
  readonly send: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}
