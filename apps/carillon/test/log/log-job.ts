/** What a process around the log is to do, on a data file that outlives it. */
export type LogJob =
  | { readonly kind: 'publish'; readonly keys: readonly string[]; readonly events: number; readonly chars: number }
  | { readonly kind: 'handle until'; readonly deadlyKey: string; readonly harmlessFrom: number }
  | { readonly kind: 'handle after'; readonly awayMs: number }
  | { readonly kind: 'weigh'; readonly heldBackMs: number };

/** What it says. */
export type LogReport =
  | { readonly kind: 'handled'; readonly key: string; readonly n: number; readonly failures?: number }
  | { readonly kind: 'letters'; readonly letters: readonly { readonly key: string; readonly code: string; readonly tries: number }[] }
  | { readonly kind: 'weighed'; readonly handled: number; readonly grownMb: number };
