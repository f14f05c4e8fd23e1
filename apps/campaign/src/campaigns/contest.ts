/** How the rest of a campaign's users get one of its variants. */
export interface WinnerRule {
  readonly by: 'opened' | 'converted' | 'accepted';
  /** ISO 8601, from when the variants go out. */
  readonly after: string;
  /** Of the users outside the control group, those among whom the variants are tried. */
  readonly testPercent: number;
}

/** What the decision looks at: opened or converted of accepted, accepted of targeted. */
export interface VariantFigures {
  readonly name: string;
  readonly hits: number;
  readonly tries: number;
}

export interface WinnerDecision {
  readonly winner: string;
  /** `tie` and `no_data`: the first of the best, or of all. */
  readonly because: 'best' | 'tie' | 'no_data';
  /** ms. */
  readonly at: number;
  readonly variants: readonly VariantFigures[];
}

/** The variants of a launch against each other. Frozen with it, but for the decision. */
export interface Contest {
  readonly by: WinnerRule['by'];
  /** Names, in the order of the campaign, with the sends. */
  readonly variants: readonly { readonly name: string; readonly sendId: string }[];
  /** Where the rest of the users begins, in ten-thousandths of the hash. */
  readonly from: number;
  /** ms. */
  readonly decidesAt: number;
  readonly decision?: WinnerDecision;
}

/** The variant with the greatest share of hits; the first one where that says nothing. Pure. */
export function decided(figures: readonly VariantFigures[], at: number): WinnerDecision | undefined {
  const [first] = figures;
  if (!first) return undefined;
  const isBetter = (one: VariantFigures, other: VariantFigures) => one.hits * other.tries > other.hits * one.tries;
  const known = figures.filter(({ tries }) => tries > 0);
  const best = known.reduce<VariantFigures | undefined>((found, one) => (found && !isBetter(one, found) ? found : one), undefined);
  if (!best || best.hits === 0) return { winner: first.name, because: 'no_data', at, variants: figures };
  const isTie = known.some((one) => one !== best && !isBetter(best, one));
  return { winner: best.name, because: isTie ? 'tie' : 'best', at, variants: figures };
}
