// Builds what the package holds: one file as a module, one as CommonJS, for what Hermes and older engines run. `node libs/react-native/build.js`.
import { build } from 'esbuild-wasm';
import { join } from 'node:path';

const here = import.meta.dirname;
const common = {
  entryPoints: [join(here, 'src/index.ts')],
  bundle: true,
  target: ['es2019'],
  sourcemap: true,
  logLevel: 'warning',
  legalComments: 'none',
};

await Promise.all(
  [
    ['index.js', 'esm'],
    ['index.cjs', 'cjs'],
  ].map(([file, format]) => build({ ...common, outfile: join(here, 'dist', file), format })),
);
