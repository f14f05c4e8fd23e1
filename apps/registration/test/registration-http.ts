import { defaultSettings, type App } from '#libs/access';
import { EventParts, eventMigrations, startHttp, type HttpAnswer, type TestHttp } from '#libs/testing/http';
import { registration } from '../src/registration.module.ts';
import { registrationSettings } from '../src/settings.ts';

export const iphone = { platform: 'ios', provider: 'apns', permission: 'granted' } as const;

/** Another well-formed APNs token for each number. */
export function apnsToken(n: number): string {
  return n.toString(16).padStart(64, '0');
}

/** Answers as tests read them. */
export type Json = Record<string, unknown>;

export interface Call {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Registration over HTTP with the app `demo` and a key of each kind. */
export class RegistrationHttp {
  private constructor(
    readonly http: TestHttp,
    readonly server: string,
    readonly sdk: string,
  ) {}

  static async start(app: Partial<Omit<App, 'id'>> = {}): Promise<RegistrationHttp> {
    const http = await startHttp({
      imports: [EventParts.embedded(), registration.module(registrationSettings.parse({}), 'embedded')],
      migrations: eventMigrations,
      sdkLimits: { perAddress: 100_000, perInstallation: 100_000 },
    });
    await http.keys.app('demo', { ...app, settings: { ...defaultSettings, ...app.settings } });
    return new RegistrationHttp(http, await http.keys.key('demo', 'server'), await http.keys.key('demo', 'sdk'));
  }

  call(method: string, path: string, { key = this.server, ...rest }: Call = {}): Promise<HttpAnswer & { readonly body: Json }> {
    return this.http.call(method, `/v1/apps/demo/${path}`, { key, ...rest }) as Promise<HttpAnswer & { readonly body: Json }>;
  }

  put(id: string, body: unknown, call: Omit<Call, 'body'> = {}) {
    return this.call('PUT', `installations/${encodeURIComponent(id)}`, { ...call, body });
  }

  get(id: string, call: Call = {}) {
    return this.call('GET', `installations/${encodeURIComponent(id)}`, call);
  }

  /** Lines of an installation's ledger, oldest first. */
  async ledger(id: string): Promise<Json[]> {
    const { body } = await this.call('GET', `installations/${id}/ledger`);
    return (body['items'] as Json[]).toReversed();
  }

  /** Registers with the sdk key and answers the secret. */
  async putBySdk(id: string, body: unknown = iphone): Promise<string> {
    const { body: answer } = await this.put(id, body, { key: this.sdk });
    return String(answer['installationSecret']);
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

/** Pointers of a problem document. */
export function pointersOf({ body }: HttpAnswer): readonly string[] {
  return ((body as Json)['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort();
}
