import 'reflect-metadata';
import { serve } from '#libs/service';
import { services } from './carillon.module.ts';

await serve(process.env, ...services);
