/** Messages that are to be tried on a few installations. Texts and variables are a person's: they lie at the desk sealed (`placeOfTrial`). */
export interface MessageTrial {
  readonly app: string;
  /** What is to be tried, as JSON. */
  readonly sealed: string;
}

/** `sealed`: what came of each, as JSON; `failed`: nothing was tried. */
export type MessageTrialAnswer = { readonly sealed: string } | { readonly failed: true };

/** What both are bound to: copied under another app, they do not open. */
export function placeOfTrial(app: string): string {
  return `message-trial:${app}`;
}
