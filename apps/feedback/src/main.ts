import 'reflect-metadata';
import { serve } from '#libs/service';
import { feedback } from './feedback.module.ts';

await serve(process.env, feedback);
