// `npm run engines`: Kafka, a MongoDB-protocol server and Redis for a developer, until Ctrl-C.
import { startEngines } from '#libs/engines';
import { once } from 'node:events';

console.log('Starting Kafka, a MongoDB-protocol server and Redis on free ports (the first time Maven fetches them) …');
const engines = await startEngines();
console.log('\nIn the shell that runs Carillon or its tests:\n');
for (const [name, value] of Object.entries(engines.addresses)) console.log(`export ${name}=${value}`);
console.log('\nThey end with this command (Ctrl-C), and what they hold with them.');
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await engines.stop();
