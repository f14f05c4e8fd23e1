import { definePlug } from '../provider-plug.ts';
import { BaiduProtocol } from './baidu-protocol.ts';
import { baiduDoctor } from './doctor.ts';
import { baiduSettings } from './settings.ts';

export const baiduPlug = definePlug({
  name: 'baidu',
  label: 'Baidu Push',
  settings: baiduSettings,
  retryBaseMs: 10_000,
  doctor: baiduDoctor,
  protocol: (settings, _, clock) => new BaiduProtocol(settings, clock),
});
