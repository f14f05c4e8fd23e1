// `npm run migrate`: collections and indexes in MongoDB, topics in Kafka, as this version declares them; before its processes are rolled out.
import 'reflect-metadata';
import { services } from '#apps/carillon';
import { PushError } from '#libs/kernel';
import { Announcer, migrate } from '#libs/service';
import { pino } from 'pino';

try {
  await migrate(process.env, services, new Announcer(pino(), process.stdout.isTTY));
} catch (error) {
  console.error(error instanceof PushError ? error.message : error);
  process.exit(1);
}
