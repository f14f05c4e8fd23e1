import { HttpAdapter, prepareHttp, serveOpenApi } from '#libs/api';
import { armCrashPoint, crashOrderOf, newId } from '#libs/kernel';
import { EventServer } from '#libs/messaging';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Announcer } from './announcer.ts';
import { version } from './build-info.ts';
import { composed, type Composed } from './composed.ts';
import type { Service } from './define-service.ts';
import { distributedRuntime } from './distributed/distributed-runtime.ts';
import { embeddedRuntime } from './embedded/embedded-runtime.ts';
import type { RuntimeEnvironment } from './runtime-environment.ts';
import { measureHttp } from './http-metrics.ts';
import { openLog, type NestLog } from './log.ts';
import { MetricsRegistry } from './metrics-registry.ts';
import { Ops, opsServer } from './ops-server.ts';
import { orEnd } from './or-end.ts';
import type { PlatformSettings } from './platform-settings.ts';
import { PlatformModule } from './platform.module.ts';
import { processMetrics } from './process-metrics.ts';
import { SettingsInvalid } from './settings.ts';
import { PortUnusable } from './start-errors.ts';
import { startHelp, startOptions } from './start-options.ts';
import { startTracing, type Tracing } from './telemetry/index.ts';

/** Exports the last spans when requests and handlers have ended; what is recorded later would be lost. */
class EndOfTracing implements OnApplicationShutdown {
  constructor(private readonly tracing: Tracing) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracing.stop();
  }
}

/** Database, log, lock and keys are for the user of the process alone, whatever the shell says. */
const onlyItsUser = 0o077;

@Module({})
class Process {}

/** Starts the services in this process and keeps it running until a signal; a start that fails says why in one line and exits 1. */
export async function serve(env: NodeJS.ProcessEnv, ...services: Service[]): Promise<void> {
  await orEnd(() => start(env, services));
}

async function start(env: NodeJS.ProcessEnv, services: readonly Service[]): Promise<void> {
  const { restored, help } = startOptions(process.argv.slice(2));
  if (help) {
    process.stdout.write(startHelp);
    return;
  }
  const { platform, parts } = composed(env, services);
  armCrashPointAskedFor(platform, env);
  process.umask(onlyItsUser);
  const terminal = process.stdout.isTTY;
  const { log, nestLog } = openLog(platform.LOG_LEVEL, terminal);
  const tracing = await startTracing(platform, {
    services: parts.map(({ service }) => service.name),
    version,
    instance: newId(),
    warn: (text) => {
      log.warn(text);
    },
  });
  const announcer = new Announcer(log, terminal);
  announcer.line(`Carillon ${version} on Node ${process.versions.node}`);
  const environment = await runtimeOf(platform, parts, announcer);
  const app = await announcer.step(`starting ${parts.map(({ service }) => service.name).join(', ')}`, () =>
    assembled(platform, parts, { environment, tracing, log: nestLog }),
  );
  if (restored) for (const { service } of parts) await service.restored?.(app, announcer);
  await announcer.step(`listening on ${platform.HOST}:${platform.PORT}`, () => listen(app, platform));
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  for (const { service, settings } of parts) await service.started?.(app, settings, announcer, url);
  announce(url, announcer, environment);
  announcer.ready();
}

/** Nobody but a test may make a process end in the middle of its work. */
function armCrashPointAskedFor({ CRASH_POINT: text }: PlatformSettings, env: NodeJS.ProcessEnv): void {
  const order = text === undefined ? undefined : crashOrderOf(text);
  if (!order) return;
  if (env['NODE_ENV'] !== 'test')
    throw new SettingsInvalid([{ setting: 'CRASH_POINT', service: 'platform', message: 'is for tests: NODE_ENV must be `test`' }]);
  armCrashPoint(order);
}

async function runtimeOf(platform: PlatformSettings, parts: readonly Composed[], announcer: Announcer): Promise<RuntimeEnvironment> {
  if (platform.RUNTIME === 'embedded') return embeddedRuntime(platform, announcer);
  const collections = parts.flatMap(({ service }) => service.collections ?? []);
  return distributedRuntime(platform, collections, announcer);
}

interface Tools {
  readonly environment: RuntimeEnvironment;
  readonly tracing: Tracing | undefined;
  readonly log: NestLog;
}

async function assembled(
  settings: PlatformSettings,
  parts: readonly Composed[],
  { environment, tracing, log }: Tools,
): Promise<NestFastifyApplication> {
  const root = {
    module: Process,
    imports: [PlatformModule.on(environment, settings), ...parts.map(({ module }) => module)],
    providers: tracing ? [{ provide: EndOfTracing, useValue: new EndOfTracing(tracing) }] : [],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, new HttpAdapter(), { abortOnError: false, logger: log });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  await prepareHttp(app, { trustProxy: settings.TRUST_PROXY });
  measureHttp(app.getHttpAdapter().getInstance(), app.get(MetricsRegistry));
  processMetrics(app);
  if (settings.CONSUMERS) app.connectMicroservice({ strategy: app.get(EventServer) });
  serveOpenApi(app, version);
  await app.init();
  return app;
}

async function listen(app: NestFastifyApplication, { HOST, PORT, OPS_PORT }: PlatformSettings): Promise<void> {
  try {
    await app.startAllMicroservices();
    await app.listen(PORT, HOST);
  } catch (error) {
    throw PortUnusable.from(error, 'PORT', HOST, PORT);
  }
  if (OPS_PORT === undefined) return;
  await new Promise<void>((resolve, reject) => {
    opsServer(app.get(Ops))
      .once('error', (error) => {
        reject(PortUnusable.from(error, 'OPS_PORT', HOST, OPS_PORT));
      })
      .listen(OPS_PORT, HOST, resolve)
      .unref();
  });
}

function announce(url: string, announcer: Announcer, { place, keys }: RuntimeEnvironment): void {
  announcer.line(`  API        ${url}/docs`);
  announcer.line(`  data       ${place}`);
  if (keys.adminKeyFile !== undefined) announcer.line(`  admin key  in ${keys.adminKeyFile}`);
}
