import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineUnavailable, startEngine, type Engine, freePort } from './engine-process.ts';
import { engineFiles } from './engine-files.ts';
import { protocolOf, scramUsers, securityProperties, type KafkaSecurity } from './kafka-security.ts';

export interface EngineOptions {
  /** Where its data lies; a start with the data of an earlier one goes on with it. */
  readonly folder: string;
  /** A free one unless said. */
  readonly port?: number;
}

/** One of several nodes. */
export interface KafkaNode {
  /** From 1. */
  readonly id: number;
  /** Ports at which the controllers of all nodes find each other, in the order of their ids. */
  readonly controllers: readonly number[];
}

export interface KafkaServerOptions extends EngineOptions {
  /** The only one unless said. */
  readonly node?: KafkaNode;
  /** Everyone is let in unless said. */
  readonly security?: KafkaSecurity;
}

const classOf = { format: 'kafka.tools.StorageTool', server: 'kafka.Kafka' };
const clusterId = 'Y2FyaWxsb24tdGVzdHMtMQ';

/** One Kafka 4 node, broker and controller (KRaft). Throws EngineUnavailable. */
export async function startKafka({ folder, port: wanted, node: place, security }: KafkaServerOptions): Promise<Engine> {
  const jars = join(await engineFiles('kafka', 'copy'), '*');
  const port = wanted ?? (await freePort());
  const node = place ?? { id: 1, controllers: [await freePort()] };
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'server.properties');
  const guard = security ? securityProperties(security, folder) : {};
  writeFileSync(settings, textOf({ ...basicProperties(join(folder, 'data'), protocolOf(security), port, node), ...guard }));
  if (!existsSync(join(folder, 'data', 'meta.properties'))) format(jars, settings, security ? scramUsers(security) : []);
  const options = ['-Xmx768m', '-Xms256m', '-cp', jars, classOf.server, settings];
  return startEngine({ engine: 'Kafka', program: 'java', options, port, cwd: folder });
}

function format(jars: string, settings: string, users: readonly string[]): void {
  const { status, stderr } = spawnSync('java', ['-cp', jars, classOf.format, 'format', '-t', clusterId, '-c', settings, ...users], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new EngineUnavailable('Kafka', `its folder could not be formatted: ${stderr}`);
}

type Properties = Readonly<Record<string, string | number | boolean>>;

function basicProperties(data: string, protocol: string, port: number, { id, controllers }: KafkaNode): Properties {
  const copies = Math.min(3, controllers.length);
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': controllers.map((controller, at) => `${at + 1}@127.0.0.1:${controller}`).join(','),
    listeners: `${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllers[id - 1]}`,
    'advertised.listeners': `${protocol}://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500, // a test does not wait 6 s for the group of a process that it has killed
    'log.index.size.max.bytes': 131_072, // thousands of small partitions
    'log.cleaner.dedupe.buffer.size': 8_388_608,
  };
}

function textOf(properties: Properties): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
