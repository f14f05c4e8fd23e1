import { hashOfKey, newApp, newKeySecret, type ApiKeyRepository, type App, type AppRepository, type KeyKind } from '#libs/access';
import { newId, type Clock } from '#libs/kernel';

/** Makes apps and keys straight in the store, for tests of calls that are not about apps and keys. */
export class TestKeys {
  static readonly admin = 'an admin key for tests';
  readonly admin = TestKeys.admin;

  constructor(
    private readonly apps: AppRepository,
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  /** Makes an app whose SDKs need no user tokens, with the usual settings, unless told otherwise. */
  async app(id: string, facts: Partial<Omit<App, 'id'>> = {}): Promise<App> {
    const app: App = { ...newApp(id, this.clock.now()), sdkAuth: 'disabled', ...facts };
    await this.apps.save(app, { id: newId(), at: this.clock.now(), app: id, actor: 'test', action: 'app.created', target: id });
    return app;
  }

  /** A key of an app that exists. */
  async key(app: string, kind: Exclude<KeyKind, 'admin'>, facts: { scopes?: readonly string[]; expiresAt?: number } = {}): Promise<string> {
    const secret = newKeySecret(kind);
    const id = newId();
    await this.keys.insert(
      { id, kind, app, hash: hashOfKey(secret), createdAt: this.clock.now(), ...facts },
      { id: newId(), at: this.clock.now(), app, actor: 'test', action: 'key.created', target: id },
    );
    return secret;
  }
}
