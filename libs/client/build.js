// Writes the CommonJS half of the package beside the modules that tsc has written: the same files for `require`, with their types.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import typescript from 'typescript';

const dist = join(import.meta.dirname, 'dist');
const { ES2022: target } = typescript.ScriptTarget;
const { CommonJS: module } = typescript.ModuleKind;

for (const name of globSync('**/*.{js,d.ts}', { cwd: join(dist, 'esm') })) {
  const text = readFileSync(join(dist, 'esm', name), 'utf8');
  const file = join(dist, 'cjs', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, name.endsWith('.js') ? typescript.transpileModule(text, { compilerOptions: { target, module } }).outputText : text);
}
writeFileSync(join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');
