import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InteropContext, InteropStep } from './step.ts';

const documents = ['openapi.json', 'openapi-3.0.json'] as const;
const generator = 'org.openapitools:openapi-generator-cli:7.25.0';
const patienceMs = 600_000;

/** The documents of the running platform, in the step's folder. */
async function stored({ folder, platform }: InteropContext): Promise<void> {
  for (const name of documents) {
    const answer = await fetch(`${platform.url}/v1/${name}`);
    writeFileSync(join(folder, name), await answer.text());
  }
}

/** A client in a language, made from the 3.1 document. Answers its folder. */
async function generated(context: InteropContext, language: string): Promise<string> {
  await stored(context);
  const classes = await context.mvn(generator);
  const made = join(context.folder, language);
  const options = ['generate', '-i', 'openapi.json', '-g', language, '-o', made];
  await context.exec('java', ['-cp', classes, 'org.openapitools.codegen.OpenAPIGenerator', ...options], { deadlineMs: patienceMs });
  return made;
}

export const steps: InteropStep[] = [
  {
    name: 'openapi-spec-validator: both documents are valid',
    needs: ['pip'],
    run: async (context) => {
      await stored(context);
      const python = await context.pip('openapi-spec-validator');
      for (const name of documents) await context.exec(python, ['-m', 'openapi_spec_validator', name]);
    },
  },
  {
    name: '@seriousme/openapi-schema-validator: both documents are valid',
    needs: ['npm'],
    run: async (context) => {
      await stored(context);
      await context.npm('@seriousme/openapi-schema-validator');
      const cli = join('node_modules', '@seriousme', 'openapi-schema-validator', 'bin', 'validate-api-cli.js');
      for (const name of documents) await context.exec('node', [cli, name]);
    },
  },
  {
    name: 'openapi-generator, Python: a client registers, sends and reads',
    needs: ['mvn', 'pip'],
    run: async (context) => {
      const made = await generated(context, 'python');
      const python = await context.pip(made);
      const { url, adminKey } = context.platform;
      await context.exec(python, [context.program('generated_client.py'), url, adminKey]);
    },
  },
  {
    name: 'openapi-generator, Go: a client compiles',
    needs: ['mvn', 'go'],
    run: async (context) => {
      await context.exec('go', ['build', './...'], { cwd: await generated(context, 'go'), deadlineMs: patienceMs });
    },
  },
  {
    name: 'openapi-generator, Java: a client compiles',
    needs: ['mvn'],
    run: async (context) => {
      await context.exec('mvn', ['-q', 'compile'], { cwd: await generated(context, 'java'), deadlineMs: patienceMs });
    },
  },
];
