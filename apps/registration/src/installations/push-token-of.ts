import { RequestInvalid } from '#libs/api';
import { PushToken, type ProviderName } from '#libs/kernel';
import { bundleIdProblem, tokenForm, type WebPushToken } from '#libs/registry-http';

/** The token as it is stored. Throws RequestInvalid where it cannot be one of the provider. */
export function pushTokenOf(provider: ProviderName, token: string | WebPushToken): PushToken {
  const { text, problems } = tokenForm(provider, token);
  if (problems) throw new RequestInvalid(problems.map(({ pointer, message }) => ({ pointer: `/token${pointer}`, message })));
  return new PushToken(text);
}

/** Throws RequestInvalid for a bundle id that no installation of the provider can have. */
export function checkBundleId(provider: ProviderName | undefined, bundleId: string | null | undefined): void {
  if (provider === undefined || typeof bundleId !== 'string') return;
  const problem = bundleIdProblem(provider, bundleId);
  if (problem !== undefined) throw new RequestInvalid([{ pointer: '/bundleId', message: problem }]);
}

/** `token` as operations take it: absent stays absent, null clears. Without any provider nothing can be told: the registration is refused for that. */
export function tokenWish(
  provider: ProviderName | undefined,
  token: string | WebPushToken | null | undefined,
): { readonly token?: PushToken | null } {
  if (token === undefined || provider === undefined) return {};
  return { token: token === null ? null : pushTokenOf(provider, token) };
}
