import type { AppRepository, CredentialRepository, StoredCredential } from '#libs/access';

const appsAtOnce = 1_000;

/** The credentials of every app, app by app. Throws DependencyUnavailable. */
export async function* allCredentials(apps: AppRepository, credentials: CredentialRepository): AsyncGenerator<StoredCredential> {
  let after: string | undefined;
  do {
    const found = await apps.list(after, appsAtOnce);
    for (const { id } of found) yield* await credentials.list(id);
    after = found.length === appsAtOnce ? found.at(-1)?.id : undefined;
  } while (after !== undefined);
}
