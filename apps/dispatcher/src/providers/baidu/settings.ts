import { z } from 'zod';
import { endpointSettings } from '../endpoint-settings.ts';

/** Hosts are part of what is signed: another one that forwards to Baidu has to keep `Host`. Simulated credentials bring their own endpoints. */
export const baiduSettings = z.object({
  BAIDU_HOST: z.string().min(1).default('api.tuisong.baidu.com').meta({ description: 'Host of Baidu Push.' }),
  BAIDU_ALTERNATE_HOST: z
    .string()
    .min(1)
    .default('api.push.baidu.com')
    .meta({ description: 'Host of Baidu Push that is asked, with a signature of its own, while the other one is down.' }),
  BAIDU_PORT: endpointSettings.port.meta({ description: 'Port of Baidu Push.' }),
  BAIDU_CA: endpointSettings.ca.meta({
    description: 'PEM of the authority that signed the certificates of Baidu Push; the system’s unless set.',
  }),
  BAIDU_MAX_CONNECTIONS: endpointSettings
    .maxConnections(100)
    .meta({ description: 'Connections of a process per app at Baidu and host, of one request at a time each.' }),
  PROVIDER_REQUEST_DEADLINE_MS: endpointSettings.requestDeadlineMs,
});

export type BaiduSettings = z.output<typeof baiduSettings>;
