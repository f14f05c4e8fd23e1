import 'reflect-metadata';
import { serve } from '#libs/service';
import { consoleApp } from './console.module.ts';

await serve(process.env, consoleApp);
