import { defaultSettings, type App } from '#libs/access';
import { EventParts, eventMigrations, startHttp, type HttpAnswer, type TestHttp } from '#libs/testing/http';
import { Clock, Fingerprinter, PushToken, Random } from '#libs/kernel';
import {
  DEFAULT_REGISTRY_SETTINGS,
  InstallationRepository,
  RegisterInstallation,
  UserRepository,
  type Installation,
  type RegisterInstallationCommand,
} from '#libs/registry';
import { hashOfSecret, newInstallationSecret } from '#libs/registry-http';
import { identity } from '../src/identity.module.ts';

/** Answers as tests read them. */
export type Json = Record<string, unknown>;

export interface Call {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Answer = HttpAnswer & { readonly body: Json };

/** Identity over HTTP with the app `demo`, a key of each kind, and installations that registration would have made. */
export class IdentityHttp {
  readonly #register: RegisterInstallation;

  private constructor(
    readonly http: TestHttp,
    readonly server: string,
    readonly sdk: string,
  ) {
    const part = <T>(type: abstract new (...args: never[]) => T): T => http.app.get<T>(type, { strict: false });
    const [installations, users] = [part(InstallationRepository), part(UserRepository)];
    this.#register = new RegisterInstallation(installations, users, part(Clock), part(Fingerprinter), part(Random));
  }

  static async start(app: Partial<Omit<App, 'id'>> = {}): Promise<IdentityHttp> {
    const http = await startHttp({
      imports: [EventParts.embedded(), identity.module({}, 'embedded')],
      migrations: eventMigrations,
      sdkLimits: { perAddress: 100_000, perInstallation: 100_000 },
    });
    await http.keys.app('demo', { ...app, settings: { ...defaultSettings, ...app.settings } });
    return new IdentityHttp(http, await http.keys.key('demo', 'server'), await http.keys.key('demo', 'sdk'));
  }

  /** An iPhone in the foreground with the token of that number; its user is anonymous unless `externalId` says otherwise. */
  async phone(id: string, token: number, facts: Partial<RegisterInstallationCommand> & { user?: string } = {}): Promise<Installation> {
    const { user, ...command } = facts;
    const { installation } = await this.#register.execute({
      app: 'demo',
      installationId: id,
      by: 'server',
      fields: { platform: 'ios', provider: 'apns', permission: 'granted' },
      token: new PushToken(token.toString(16).padStart(64, '0')),
      startsSession: true,
      settings: { ...DEFAULT_REGISTRY_SETTINGS, optInWhenAuthorized: false },
      ...(user !== undefined && { externalId: { value: user, verified: true } }),
      ...command,
    });
    return installation;
  }

  /** A phone that its SDK registered; answers the headers by which the SDK proves it. */
  async ownPhone(id: string, token: number, user?: string): Promise<Readonly<Record<string, string>>> {
    const secret = newInstallationSecret();
    await this.phone(id, token, { by: 'sdk', secret: { offered: hashOfSecret(secret), shown: null }, ...(user !== undefined && { user }) });
    return { 'x-installation-id': id, 'x-installation-secret': secret };
  }

  call(method: string, path: string, { key = this.server, ...rest }: Call = {}): Promise<Answer> {
    return this.http.call(method, `/v1/apps/demo/${path}`, { key, ...rest }) as Promise<Answer>;
  }

  changeUser(id: string, externalId: string, call: Call = {}): Promise<Answer> {
    return this.call('PUT', `installations/${id}/user`, { body: { externalId }, ...call });
  }

  user(externalId: string): Promise<Answer> {
    return this.call('GET', `users/${encodeURIComponent(externalId)}`);
  }

  async isReachable(externalId: string): Promise<boolean> {
    return (await this.call('GET', `users/${externalId}/reachability`)).body['reachable'] === true;
  }

  /** Lines of a user's ledger, oldest first. */
  async ledger(externalId: string): Promise<Json[]> {
    const { body } = await this.call('GET', `users/${externalId}/ledger`);
    return (body['items'] as Json[]).toReversed();
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

/** Pointers of a problem document. */
export function pointersOf({ body }: HttpAnswer): readonly string[] {
  return ((body as Json)['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort();
}
