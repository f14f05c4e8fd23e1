import { isNetwork } from '#libs/api';
import { crashOrderOf } from '#libs/kernel';
import { days, flag, port, whole } from './setting-values.ts';
import { telemetrySettings } from './telemetry/index.ts';
import { z } from 'zod';

const appIdForm = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Each costs a process two consumers. */
const maxAppTopics = 50;
const masterKeyForm = /^[A-Za-z0-9_.-]{1,64}:([A-Za-z0-9+/]{43}=)$/;

/** `name:key,…`, every name once; the keys in their order. */
const masterKeys = z.string().transform((text, context): readonly [string, ...string[]] => {
  const entries = text.split(',').map((entry) => entry.trim());
  const keys = entries.map((entry) => masterKeyForm.exec(entry)?.[1]);
  const names = new Set(entries.map((entry) => entry.split(':')[0]));
  if (keys.every((key) => key !== undefined) && names.size === entries.length) return keys as [string, ...string[]];
  context.addIssue({ code: 'custom', message: 'must be name:key,name:key with every name once and keys of 32 bytes in base64' });
  return z.NEVER;
});

/** What every Carillon process can be told, whatever services it runs. */
export const platformSettings = z.object({
  HOST: z.string().min(1).default('127.0.0.1').meta({ description: 'Address the HTTP server listens on.' }),
  PORT: port.default(8080).meta({ description: 'Port of the HTTP server; 0 takes a free one.' }),
  OPS_PORT: port.optional().meta({
    description:
      'Another port for `/healthz`, `/readyz` and `/metrics` alone, which no client needs to reach. With it set they are there alone; unset, they are on PORT.',
  }),
  TRUST_PROXY: z
    .string()
    .default('0')
    .transform((text) => (/^\d{1,2}$/.test(text.trim()) ? Number(text) : text.split(',').map((part) => part.trim())))
    .refine((proxies) => typeof proxies === 'number' || proxies.every(isNetwork), {
      message: 'must be a number of hops, or addresses and networks with commas between',
    })
    .meta({
      description:
        'The proxies in front, whose `X-Forwarded-For` and `Forwarded` say where callers are: how many (`1`), or their addresses and networks (`10.0.0.0/8,::1`). From others these headers are not read. Limits count by this address and the app; without it all phones behind a proxy are one.',
    }),
  RUNTIME: z.enum(['embedded', 'distributed']).default('embedded').meta({
    description:
      'Where state and events live: `embedded` keeps both in one SQLite file, `distributed` in MongoDB and Kafka, with Redis for what processes share.',
  }),
  SERVICES: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .optional()
    .meta({ description: 'Comma-separated names of the services this process runs; unset: all it holds.' }),
  CONSUMERS: flag.default(true).meta({ description: '`false` leaves out consumers, sweeps and schedules: the process only answers HTTP.' }),
  CARILLON_DATA: z.string().min(1).default('./data').meta({ description: 'Folder of the embedded store, the log and the generated keys.' }),
  LOG_RETENTION_DAYS: days
    .default(7)
    .meta({ description: 'Days that the embedded log keeps events which every consumer has read. May be a fraction.' }),
  CARILLON_ADMIN_KEY: z
    .string()
    .min(16)
    .optional()
    .meta({ description: 'The bootstrap admin key, 16 characters or more; unset: one is written to `admin.key` in the data folder.' }),
  CARILLON_MASTER_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { message: 'must be 32 bytes in base64' })
    .optional()
    .meta({
      description:
        'Seals credentials, keys the fingerprints of tokens and signs receipts: 32 bytes, base64; unset: `master.key` in the data folder.',
    }),
  CARILLON_MASTER_KEYS: masterKeys.optional().meta({
    description:
      'Several master keys while one takes the place of another, `name:key,name:key`: the first seals, all of them open. Instead of `CARILLON_MASTER_KEY`; `npm run keys -- rotate` seals anew what the others sealed.',
  }),
  CARILLON_DEMO: flag.optional().meta({
    description:
      'Fill an empty store with the app `demo` and let `cr_server_demo` in from loopback; unset: only where the runtime is `embedded`.',
  }),
  SIMULATOR: z
    .string()
    .regex(/^(embedded|external:https?:\/\/\S+)$/, { message: 'must be `embedded` or `external:` and the control address' })
    .default('embedded')
    .meta({
      description: 'Where the provider simulators are: in this process, or `external:URL` with the address of their control interface.',
    }),
  SIMULATOR_CONTROL_HOST: z.string().min(1).default('127.0.0.1').meta({ description: 'Address of the simulators’ control interface.' }),
  SIMULATOR_CONTROL_PORT: port.default(8090).meta({ description: 'Port of the simulators’ control interface.' }),
  SQLITE_SYNCHRONOUS: z
    .enum(['normal', 'full'])
    .default('normal')
    .meta({ description: '`normal` survives the end of the process at any moment, `full` also a loss of power.' }),
  CRASH_POINT: z
    .string()
    .refine((text) => crashOrderOf(text) !== undefined, { message: 'names no crash point' })
    .optional()
    .meta({
      description: 'For tests of crashes only, refused unless NODE_ENV is `test`: where the process ends by itself, `point` or `point:n`.',
    }),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, { message: 'must be HOST:PORT, or several of them with commas between' })
    .default('127.0.0.1:9092')
    .meta({ description: 'Brokers to learn the cluster from, `HOST:PORT` with commas between; for `distributed`.' }),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]*$/, { message: 'may hold letters, digits, `.`, `_` and `-`' })
    .default('')
    .meta({ description: 'Stands before the name of every topic and consumer group, for clusters that others use too.' }),
  KAFKA_APP_TOPICS: z
    .string()
    .transform((text) => text.split(',').map((app) => app.trim()))
    .refine((apps) => apps.length <= maxAppTopics && new Set(apps).size === apps.length, {
      message: `must name at most ${maxAppTopics} apps, each once`,
    })
    .refine((apps) => apps.every((app) => appIdForm.test(app) && app !== 'dead'), {
      message: 'must be ids of apps with commas between; `dead` has no topics of its own',
    })
    .default([])
    .meta({
      description:
        'Ids of apps, with commas between, that have topics of their own, `push.request.<app>` and `push.track.<app>`: brokers can let a producer write there alone, and the topic decides the app.',
    }),
  KAFKA_SSL: flag.default(false).meta({ description: 'Speak TLS with the brokers.' }),
  KAFKA_SSL_CA: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'File (PEM) with the certificates of who signs those of the brokers; unset: the authorities that Node trusts.' }),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .optional()
    .meta({ description: 'How to log in to the brokers; unset: not at all.' }),
  KAFKA_SASL_USERNAME: z.string().min(1).optional().meta({ description: 'The name to log in with.' }),
  KAFKA_SASL_PASSWORD: z.string().min(1).optional().meta({ description: 'The password to log in with.' }),
  KAFKA_SESSION: whole(500, 300_000).default(10_000).meta({
    description:
      'How long the brokers wait for the heartbeat of a consumer before they give its partitions to others, in milliseconds: what waits there when a process dies waits so long.',
  }),
  KAFKA_REPLICATION: whole(1, 9)
    .default(1)
    .meta({ description: 'Replicas of the topics that are made at the first start; 3 on a cluster.' }),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, { message: 'must begin with mongodb:// or mongodb+srv://' })
    .default('mongodb://127.0.0.1:27017')
    .meta({ description: 'Where MongoDB is, credentials and options included; for `distributed`.' }),
  MONGODB_DATABASE: z.string().min(1).max(63).default('carillon').meta({ description: 'The database that holds everything.' }),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, { message: 'must begin with redis:// or rediss://' })
    .default('redis://127.0.0.1:6379')
    .meta({ description: 'Where Redis is, credentials included; for `distributed`.' }),
  REDIS_KEY_PREFIX: z.string().default('carillon:').meta({ description: 'Stands before every key, for servers that others use too.' }),
  START_DEADLINE: whole(1)
    .default(120)
    .meta({ description: 'Seconds that a start waits for MongoDB, Kafka and Redis before the process ends with 1.' }),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .meta({ description: 'The least important level that is logged.' }),
  ...telemetrySettings.shape,
});

export type PlatformSettings = z.output<typeof platformSettings>;

/** The settings of the process, for injection. */
export class PlatformSettingsOf {
  constructor(readonly settings: PlatformSettings) {}
}

/** Whether the demo app is wanted. */
export function wantsDemo({ CARILLON_DEMO, RUNTIME }: Pick<PlatformSettings, 'CARILLON_DEMO' | 'RUNTIME'>): boolean {
  return CARILLON_DEMO ?? RUNTIME === 'embedded';
}

/** The address of the simulators’ control interface. */
export function simulatorControlUrl(settings: PlatformSettings): string {
  return settings.SIMULATOR === 'embedded'
    ? `http://${settings.SIMULATOR_CONTROL_HOST}:${settings.SIMULATOR_CONTROL_PORT}`
    : settings.SIMULATOR.slice('external:'.length).replace(/\/$/, '');
}
