import 'reflect-metadata';
import { serve } from '#libs/service';
import { dispatcher } from './dispatcher.module.ts';

await serve(process.env, dispatcher);
