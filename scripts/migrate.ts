// `npm run migrate`: collections and indexes in MongoDB, topics in Kafka, as this version declares them; before its processes are rolled out.
import 'reflect-metadata';
import { services } from '#apps/carillon';
import { migrate } from '#libs/service';

await migrate(process.env, ...services);
