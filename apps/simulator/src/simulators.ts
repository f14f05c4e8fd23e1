import { admSimulator } from './adm/simulator.ts';
import { apnsSimulator } from './apns/simulator.ts';
import { baiduSimulator } from './baidu/simulator.ts';
import { fcmSimulator } from './fcm/simulator.ts';
import { hmsSimulator } from './hms/simulator.ts';
import type { ProviderSimulator } from './provider-simulator.ts';
import type { SimulatedProvider } from './simulated-provider.ts';
import { wnsSimulator } from './wns/simulator.ts';
import { webPushSimulator } from './webpush/simulator.ts';

/** The wire side of each simulated provider: one line for each (ADR 30). */
export const SIMULATORS = {
  apns: apnsSimulator,
  fcm: fcmSimulator,
  baidu: baiduSimulator,
  hms: hmsSimulator,
  wns: wnsSimulator,
  adm: admSimulator,
  webpush: webPushSimulator,
} satisfies Record<SimulatedProvider, ProviderSimulator>;
