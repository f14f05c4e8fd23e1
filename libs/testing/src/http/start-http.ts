import {
  ApiKeyRepository,
  AppRepository,
  Sealer,
  accessMigrations,
  deriveKeys,
  sqliteAccess,
  hashOfKey,
  newApp,
  newKeySecret,
  type App,
  type KeyKind,
} from '#libs/access';
import {
  ApiModule,
  HttpAdapter,
  MemoryRateLimiter,
  RateLimiter,
  idempotencyMigrations,
  prepareHttp,
  serveOpenApi,
  sqliteApi,
  type SdkLimitOptions,
  type TrustedProxies,
} from '#libs/api';
import { Clock, ErasureKeys, Fingerprinter, ReceiptSigner, newId } from '#libs/kernel';
import { ErasureList, FileErasureList, FileKeeper, FolderFileKeeper, SqliteStore, type Migration } from '#libs/storage';
import { Global, Module, type DynamicModule, type ModuleMetadata, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixedClock } from '../index.ts';
import { request, type RequestWithKey, type HttpAnswer } from './request.ts';

/** Makes apps and keys straight in the store, for tests of calls that are not about apps and keys. */
class TestKeys {
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

export type { HttpAnswer } from './request.ts';

/** What is put to the test; the rest of the platform stands around it on the embedded store in memory. */
export interface HttpParts extends Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'> {
  /** Beside those of access and idempotency. */
  readonly migrations?: readonly Migration[];
  readonly sdkLimits?: SdkLimitOptions;
  /** `TRUST_PROXY`; default nobody. */
  readonly trustProxy?: TrustedProxies;
  /** Whether `cr_server_demo` works; default false. */
  readonly demo?: boolean;
}

export interface TestHttp {
  readonly app: NestFastifyApplication;
  readonly store: SqliteStore;
  readonly clock: FixedClock;
  /** Apps and keys to call with. */
  readonly keys: TestKeys;
  call(method: string, path: string, request?: RequestWithKey): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const masterKey = Buffer.alloc(32, 7);

@Global()
@Module({})
class TestPlatform {
  static of(providers: Provider[]): DynamicModule {
    return { module: TestPlatform, providers, exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)) };
  }
}

@Module({})
class TestRoot {}

/** Starts a real Nest application without a socket; calls go through Fastify's `inject`. Close it after the test. */
export async function startHttp({ migrations = [], sdkLimits, trustProxy = 0, demo = false, ...parts }: HttpParts): Promise<TestHttp> {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate([...accessMigrations, ...idempotencyMigrations, ...migrations]);
  const clock = new FixedClock();
  const files = join(tmpdir(), `carillon-test-${newId()}`);
  const derived = deriveKeys(masterKey);
  const platform = TestPlatform.of([
    { provide: SqliteStore, useValue: store },
    { provide: FileKeeper, useValue: new FolderFileKeeper(files) },
    { provide: ErasureList, useValue: new FileErasureList(`${files}.erasures`) },
    { provide: ErasureKeys, useValue: new ErasureKeys(derived.fingerprint) },
    { provide: Clock, useValue: clock },
    { provide: Sealer, useValue: new Sealer(derived) },
    { provide: Fingerprinter, useValue: new Fingerprinter(derived.fingerprint) },
    { provide: ReceiptSigner, useValue: new ReceiptSigner(derived.receipts) },
    ...sqliteAccess({ adminKey: TestKeys.admin, demo }),
    { provide: RateLimiter, useValue: new MemoryRateLimiter(clock) },
    ...sqliteApi(sdkLimits),
  ]);
  const root = {
    module: TestRoot,
    imports: [platform, ApiModule, ...(parts.imports ?? [])],
    controllers: parts.controllers ?? [],
    providers: parts.providers ?? [],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, new HttpAdapter(), { logger: false, abortOnError: false });
  await prepareHttp(app, { trustProxy });
  serveOpenApi(app);
  await app.init();
  return {
    app,
    store,
    clock,
    keys: new TestKeys(app.get(AppRepository), app.get(ApiKeyRepository), clock),
    call: (method, path, given) => request(app, method, path, given),
    close: async () => {
      await app.close();
      store.close();
      for (const path of [files, `${files}.erasures`]) rmSync(path, { recursive: true, force: true });
    },
  };
}
