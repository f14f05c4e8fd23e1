import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** Every document of a YAML file, anchors and merge keys resolved. Throws at the first error or warning of the parser, a key given twice included. */
export function readYaml(path: string): readonly unknown[] {
  const documents = parseAllDocuments(readFileSync(path, 'utf8'), { merge: true, uniqueKeys: true });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new Error(`${path}: ${problem.message}`);
    return document.toJS() as unknown;
  });
}

/** The one document of a YAML file. */
export function readYamlFile(path: string): unknown {
  const documents = readYaml(path);
  if (documents.length !== 1) throw new Error(`${path} holds ${documents.length} documents`);
  return documents[0];
}
