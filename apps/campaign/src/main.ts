import 'reflect-metadata';
import { serve } from '#libs/service';
import { campaign } from './campaign.module.ts';

await serve(process.env, campaign);
