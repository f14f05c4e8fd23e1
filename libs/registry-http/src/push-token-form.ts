import type { ProviderName } from '#libs/kernel';
import { placeholderProblem } from './token-placeholder.ts';
import { PROVIDER_TOKENS } from './tokens/provider-tokens.ts';
import { wrong, type TokenForm, type WebPushToken } from './tokens/token-shape.ts';

/** Checks a token as its provider hands it out; the same token always has the same text. */
export function tokenForm(provider: ProviderName, token: string | WebPushToken): TokenForm {
  const { form, fewestCopies = 2 } = PROVIDER_TOKENS[provider];
  const problem = typeof token === 'string' ? placeholderProblem(token, fewestCopies) : undefined;
  return problem === undefined ? form(token) : wrong(problem);
}

/** Why an installation or a credential of the provider cannot have the bundle id; undefined where it can. */
export function bundleIdProblem(provider: ProviderName, bundleId: string): string | undefined {
  return PROVIDER_TOKENS[provider].bundleIdProblem?.(bundleId);
}
