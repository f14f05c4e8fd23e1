import 'reflect-metadata';
import { serve } from '#libs/service';
import { identity } from './identity.module.ts';

await serve(process.env, identity);
