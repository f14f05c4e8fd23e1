// `npm run trace`: starts the platform with a collector of its own, sends to 40 phones of which one is dead, and keeps the trace as
// docs/trace.json (spans as they were exported) and docs/trace.svg (drawn).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from '../apps/carillon/test/support/platform.ts';
import { TraceTrial } from '../apps/carillon/test/trace/trace-trial.ts';
import { optionsOf } from './options.ts';
import { waterfall } from './trace/waterfall.ts';

const help = `
npm run trace -- [--folder PATH]: one send to 40 simulated phones, traced; writes trace.json and trace.svg there (docs)`;
const values = optionsOf(help, { folder: { type: 'string', default: 'docs' } });
const trial = await TraceTrial.open((settings) => Platform.start(settings));
try {
  await trial.send('everyone'); // the first one opens connections and compiles
  const { spans } = await trial.send('everyone');
  mkdirSync(values.folder, { recursive: true });
  const exact = JSON.stringify(spans, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2);
  writeFileSync(join(values.folder, 'trace.json'), `${exact}\n`);
  writeFileSync(join(values.folder, 'trace.svg'), waterfall(spans));
  console.log(`${spans.length} spans in ${values.folder}/trace.json and ${values.folder}/trace.svg`);
} finally {
  await trial.close();
}
