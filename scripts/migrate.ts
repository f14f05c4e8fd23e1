// `npm run migrate`: collections and indexes in MongoDB, topics in Kafka, as this version declares them; before its processes are rolled out.
import 'reflect-metadata';
import { services } from '#apps/carillon';
import { migrate } from '#libs/service';
import { optionsOf } from './options.ts';

const help = `
npm run migrate: makes the collections and indexes in MongoDB and the topics in Kafka that this version declares.
It may be repeated. MONGODB_URI, KAFKA_BROKERS and the other settings are those of a start: docs/settings.md.`;
optionsOf(help, {});

await migrate(process.env, ...services);
