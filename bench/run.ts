// Runs every benchmark, or those named: `npm run bench -- send otp`
import { spawnSync } from 'node:child_process';

const all = [
  'receipts',
  'register',
  'changeuser',
  'otp',
  'send',
  'planning',
  'explain',
  'fairness',
  'blackhole',
  'tracing',
  'distributed',
  'takeover',
  'scale',
  'simulator',
  'peers',
  'webpush',
];
const named = process.argv.slice(2);
const unknown = named.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(1);
}
for (const name of named.length > 0 ? named : all) {
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', `dist/bench/${name}.js`], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
