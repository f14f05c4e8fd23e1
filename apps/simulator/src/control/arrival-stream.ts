import type { ServerResponse } from 'node:http';
import type { Devices } from '../devices/devices.ts';

const mostUnreadBytes = 1 << 20;
const heartbeatMs = 15_000;

/** Server-sent events, one `push` for each arrival on these phones, until the reader leaves or stops reading. */
export function streamArrivals(devices: Devices, wanted: readonly string[], response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  response.write(': watching\n\n');
  const unwatch = devices.watch(wanted, (device, arrival) => {
    if (response.writableLength > mostUnreadBytes) response.destroy();
    else response.write(`event: push\ndata: ${JSON.stringify({ device, ...arrival })}\n\n`);
  });
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  response.on('close', () => {
    clearInterval(heartbeat);
    unwatch();
  });
}
