import { titleOf, type Manifest } from '../kustomize/manifest.ts';
import ts from 'typescript';

interface Model {
  validate(): void;
}

/** Problems of an object against the schema of its kind; a kind that no schema describes is one. */
export async function schemaProblems(manifest: Manifest): Promise<readonly string[]> {
  try {
    const found = (await import(moduleOf(manifest))) as Record<string, new (data: object) => Model>;
    const Kind = found[manifest.kind];
    if (!Kind) return [`${titleOf(manifest)}: no such kind in ${manifest.apiVersion}`];
    new Kind(manifest).validate();
    return [];
  } catch (error) {
    return [`${titleOf(manifest)}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/**
 * Fields that a kind does not have, which the schemas let pass: `livenesProbe` would be no probe at all. The compiler knows them, from the types
 * that come with the schemas.
 */
export function unknownFields(manifests: readonly Manifest[]): readonly string[] {
  const file = `${process.cwd()}/deploy/test/manifests.virtual.ts`;
  const lines = manifests.map(
    (manifest, at) =>
      `import type { I${manifest.kind} as Kind${at} } from '${moduleOf(manifest)}'; export const object${at}: Kind${at} = ${JSON.stringify(manifest)};`,
  );
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readFromDisk = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, lines.join('\n'), ts.ScriptTarget.ES2024) : readFromDisk(path, ...rest);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
    const manifest = manifests[source?.getLineAndCharacterOfPosition(start).line ?? 0];
    return `${manifest ? titleOf(manifest) : file}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** Where the schema and the type of a kind are. */
function moduleOf({ apiVersion, kind }: Manifest): string {
  const home = apiVersion.startsWith('keda.sh/')
    ? '@kubernetes-models/keda'
    : apiVersion.startsWith('monitoring.coreos.com/')
      ? '@kubernetes-models/prometheus-operator'
      : 'kubernetes-models';
  return `${home}/${apiVersion}/${kind}`;
}
