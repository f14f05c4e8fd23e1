import 'reflect-metadata';
import { serve } from '#libs/service';
import { registration } from './registration.module.ts';

await serve(process.env, registration);
