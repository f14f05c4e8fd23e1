import type { SimulatedProvider } from '../simulated-provider.ts';

interface Recipe {
  /** What it does, for whoever asks for the list. */
  readonly does: string;
  /** Of all tokens, unless the caller says another share. */
  readonly share: number;
  readonly behaviourOf: (provider: SimulatedProvider) => string;
}

/** How a provider says that it takes the credential no longer. */
const revoked: Readonly<Record<SimulatedProvider, string>> = {
  apns: 'answer:InvalidProviderToken',
  fcm: 'answer:PERMISSION_DENIED',
  wns: 'answer:401',
  webpush: 'answer:vapid_expired',
  adm: 'answer:AccessTokenExpired',
  baidu: 'answer:30612',
  hms: 'answer:80300002',
};

/** Faults that happen to everybody some day, ready made: `POST /simulate`. */
export const RECIPES = {
  outage: { does: 'The provider is down: every request is answered 503 or its like', share: 1, behaviourOf: () => 'unavailable:1' },
  throttle: {
    does: 'The provider throttles everything, and asks to come again after a second',
    share: 1,
    behaviourOf: () => 'throttled:1',
  },
  slow: { does: 'The provider takes everything and answers after two seconds', share: 1, behaviourOf: () => 'slow:2000' },
  black_hole: { does: 'The provider takes everything and never answers', share: 1, behaviourOf: () => 'slow:600000' },
  flaky: { does: 'One connection in twenty breaks in the middle of a request', share: 0.05, behaviourOf: () => 'reset' },
  mass_uninstall: { does: 'Three tokens in ten are dead', share: 0.3, behaviourOf: () => 'invalid' },
  wrong_app: { does: 'Every token belongs to another app, topic or project', share: 1, behaviourOf: () => 'wrong_sender' },
  credential_revoked: { does: 'The provider refuses the credential', share: 1, behaviourOf: (provider) => revoked[provider] },
  recover: { does: 'Everything is well again, but for tokens with a fault of their own', share: 1, behaviourOf: () => 'ok' },
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof RECIPES;

export const RECIPE_NAMES = Object.keys(RECIPES) as [RecipeName, ...RecipeName[]];
