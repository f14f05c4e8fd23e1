import type { State } from './state.ts';

/** A call that the platform refused, by its stable code; `network` where nobody answered. */
export class CarillonError extends Error {
  override readonly name = 'CarillonError';

  constructor(
    readonly code: string,
    /** 0 where there was no answer. */
    readonly status: number,
    detail?: string,
  ) {
    super(detail ?? code);
  }
}

/** One call of the installation that the state names, with all that proves it. `path` is below the app's. Throws CarillonError. */
export async function callPlatform(ask: typeof fetch, state: State, method: string, path: string, body?: unknown): Promise<object> {
  const { url, app, key, installationSecret, userToken } = state;
  const answer = await ask(`${url}/v1/apps/${app}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(installationSecret !== undefined && { 'x-installation-secret': installationSecret }),
      ...(userToken !== undefined && { 'x-user-token': userToken }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new CarillonError('network', 0, `Nobody answers at ${url}; to a page, perhaps because its origin is not allowed`);
  });
  const said = (await answer.json().catch(() => ({}))) as { readonly code?: string; readonly detail?: string };
  if (!answer.ok) throw new CarillonError(said.code ?? 'unknown', answer.status, said.detail);
  return said;
}
