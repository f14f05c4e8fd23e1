import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineFiles } from './engine-files.ts';

/** Kafka's own names of scripts that ship with its distribution and not with its jars, and the programs that they start. */
const programs: Readonly<Record<string, string>> = {
  'kafka-console-producer.sh': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-consumer.sh': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
};

/** Makes Kafka's console producer and consumer in a folder, for the PATH of whoever wants to call them by their names. Throws EngineUnavailable. */
export async function writeKafkaScripts(folder: string): Promise<void> {
  const jars = join(await engineFiles('kafka', 'copy'), '*');
  mkdirSync(folder, { recursive: true });
  for (const [name, program] of Object.entries(programs))
    writeFileSync(join(folder, name), `#!/bin/sh\nexec java -cp '${jars}' ${program} "$@"\n`, { mode: 0o755 });
}
