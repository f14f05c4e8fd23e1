// Builds what the package holds: the page's half as a module, the worker as one script for any browser. Says what each weighs on the wire.
// `node libs/web/build.js [folder]`, libs/web/dist unless said.
import { build } from 'esbuild-wasm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';

const here = import.meta.dirname;
const folder = process.argv[2] ?? join(here, 'dist');
const common = { bundle: true, minify: true, target: ['es2022'], sourcemap: true, logLevel: 'warning', legalComments: 'none' };
const parts = [
  { entry: 'src/index.ts', file: 'index.js', format: 'esm' },
  { entry: 'src/worker/service-worker.ts', file: 'service-worker.js', format: 'iife' },
];

await Promise.all(
  parts.map(({ entry, file, format }) => build({ ...common, entryPoints: [join(here, entry)], outfile: join(folder, file), format })),
);
const sizes = parts.map(({ file }) => ({ file, bytes: gzipSync(readFileSync(join(folder, file)), { level: 9 }).length }));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`@carillon/web: ${sizes.map(({ file, bytes }) => `${file} ${bytes}`).join(' + ')} = ${total} bytes gzipped`);
