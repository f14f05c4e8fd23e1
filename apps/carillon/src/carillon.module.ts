import { campaign } from '#apps/campaign';
import { consoleApp } from '#apps/console';
import { dispatcher } from '#apps/dispatcher';
import { feedback } from '#apps/feedback';
import { identity } from '#apps/identity';
import { registration } from '#apps/registration';
import { simulator } from '#apps/simulator';
import type { Service } from '#libs/service';
import { demo } from './demo/demo.module.ts';

/** All that one process can run; `SERVICES` chooses. The simulators come first: the others ask them who is there. */
export const services: readonly Service[] = [simulator, registration, identity, campaign, dispatcher, feedback, consoleApp, demo];
