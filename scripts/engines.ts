// `npm run engines`: Kafka, a MongoDB-protocol server and Redis for a developer, until Ctrl-C.
import { startEngines } from '#libs/testing/engines';
import { once } from 'node:events';
import { optionsOf } from './options.ts';

const help = `
npm run engines: Kafka, a server that speaks MongoDB's protocol, and Redis, on free ports until Ctrl-C.
It prints the exports for the shell that runs Carillon or its tests. Java 17 or later and Maven fetch and run the servers.`;
optionsOf(help, {});

console.log('Starting Kafka, a MongoDB-protocol server and Redis on free ports (the first time Maven fetches them) …');
const engines = await startEngines();
console.log('\nIn the shell that runs Carillon or its tests:\n');
for (const [name, value] of Object.entries(engines.addresses)) console.log(`export ${name}=${value}`);
console.log('\nThey end with this command (Ctrl-C), and what they hold with them.');
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await engines.stop();
