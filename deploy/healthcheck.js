// Exit 0 when the process of this container answers. `node deploy/healthcheck.js [URL]`; without a URL, the probe of a service.
/* global AbortSignal, fetch */
import process from 'node:process';

const port = process.env.OPS_PORT || process.env.PORT || '8080';
const [url = `http://127.0.0.1:${port}/healthz`] = process.argv.slice(2);

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  if (!answer.ok) fail(`answered ${answer.status}`);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function fail(why) {
  console.error(`${url}: ${why}`);
  process.exit(1);
}
