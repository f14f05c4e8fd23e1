import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Unfetched, type ExecSettings, type InteropContext } from '../step.ts';
import { exec, ProgramFailed } from './exec.ts';

const fetchDeadlineMs = 300_000;

/** What one step works with, in a new folder below `parent`. */
export function contextIn(parent: string, platform: InteropContext['platform']): InteropContext {
  const folder = mkdtempSync(join(parent, 'step-'));
  const run = (command: string, options: readonly string[], settings: ExecSettings = {}) =>
    exec(command, options, { cwd: folder, ...settings });
  const fetch = (command: string, options: readonly string[], settings: ExecSettings = {}) =>
    run(command, options, { deadlineMs: fetchDeadlineMs, ...settings }).catch((error: unknown) => {
      if (error instanceof ProgramFailed && error.isUnreachable) throw new Unfetched(`${command} reaches no registry`);
      throw error;
    });
  return {
    folder,
    platform,
    program: (name) => resolve('scripts/interop/programs', name),
    exec: run,
    npm: async (...packages) => {
      writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
      const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', '--fetch-retries=1'];
      await fetch('npm', ['install', '--prefix', folder, ...quiet, ...packages]);
    },
    pip: async (...packages) => {
      const python = join(folder, 'venv', 'bin', 'python');
      await run('python3', ['-m', 'venv', join(folder, 'venv')]);
      await fetch(python, ['-m', 'pip', 'install', '--quiet', '--retries', '1', ...packages]);
      return python;
    },
    mvn: async (...artifacts) => {
      writeFileSync(join(folder, 'pom.xml'), pomOf(artifacts));
      const options = [
        '--batch-mode',
        '--quiet',
        'dependency:build-classpath',
        '-Dmdep.outputFile=classpath.txt',
        '-Dmdep.includeScope=runtime',
      ];
      await fetch('mvn', options);
      return (await run('cat', ['classpath.txt'])).stdout.trim();
    },
    go: async (...packages) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'go.mod'), 'module interop\n\ngo 1.21\n');
      await fetch('go', ['get', ...packages], { env: { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' } });
    },
  };
}

function pomOf(artifacts: readonly string[]): string {
  const dependencies = artifacts.map((artifact) => {
    const [group = '', name = '', version = ''] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>interop</groupId><artifactId>interop</artifactId><version>1</version>
<dependencies>${dependencies.join('')}</dependencies></project>
`;
}
