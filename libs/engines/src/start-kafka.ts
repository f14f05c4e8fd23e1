import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineUnavailable } from './engine-errors.ts';
import { engineFiles } from './engine-files.ts';
import { startEngine, type Engine } from './engine-process.ts';
import { freePort } from './free-port.ts';

export interface EngineOptions {
  /** Where its data lies; a start with the data of an earlier one goes on with it. */
  readonly folder: string;
  /** A free one unless said. */
  readonly port?: number;
}

const classOf = { format: 'kafka.tools.StorageTool', server: 'kafka.Kafka' };
const clusterId = 'Y2FyaWxsb24tdGVzdHMtMQ';

/** One Kafka 4 node, broker and controller (KRaft). Throws EngineUnavailable. */
export async function startKafka({ folder, port: wanted }: EngineOptions): Promise<Engine> {
  const jars = join(await engineFiles('kafka', 'copy'), '*');
  const [port, controller] = [wanted ?? (await freePort()), await freePort()];
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'server.properties');
  writeFileSync(settings, propertiesOf(join(folder, 'data'), port, controller));
  if (!existsSync(join(folder, 'data', 'meta.properties'))) format(jars, settings);
  const options = ['-Xmx768m', '-Xms256m', '-cp', jars, classOf.server, settings];
  return startEngine({ engine: 'Kafka', program: 'java', options, port, cwd: folder });
}

function format(jars: string, settings: string): void {
  const { status, stderr } = spawnSync('java', ['-cp', jars, classOf.format, 'format', '-t', clusterId, '-c', settings], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new EngineUnavailable('Kafka', `its folder could not be formatted: ${stderr}`);
}

function propertiesOf(data: string, port: number, controller: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 500, // a test does not wait 6 s for the group of a process that it has killed
    'log.index.size.max.bytes': 131_072, // thousands of small partitions
    'log.cleaner.dedupe.buffer.size': 8_388_608,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
