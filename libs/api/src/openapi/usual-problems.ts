import type { OpenAPIObject } from '@nestjs/swagger';
import { problemOf } from '../errors/problem.ts';
import type { ErrorStatuses } from '../errors/error-statuses.ts';
import { convertSchema } from './schema-converter.ts';
import { problem } from '../errors/problem.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { 'x-key-kinds'?: string[]; 'x-error-codes'?: string[] };

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** Adds the refusals that every call shares, and those it names with `@Fails`, to each operation. */
export function addProblems(document: OpenAPIObject, statuses: ErrorStatuses): void {
  const components = (document.components ??= {});
  components.schemas = { ...components.schemas, ...(convertSchema(problem, { schemaType: 'output' })?.components ?? {}) };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = item[method] as Operation | undefined;
      if (operation) addTo(operation, codesOf(path, operation), statuses);
    }
  }
}

function codesOf(path: string, operation: Operation): readonly string[] {
  const isOpen = operation.security === undefined;
  const takesBody = operation.requestBody !== undefined;
  return [
    ...(!isOpen || takesBody || operation.parameters?.length ? ['request_invalid'] : []),
    ...(takes(operation, 'query', 'cursor') ? ['cursor_invalid'] : []),
    ...(takes(operation, 'header', 'If-Match') ? ['revision_mismatch'] : []),
    ...(isOpen ? [] : ['key_missing', 'key_invalid', 'key_kind_not_allowed', 'key_scope_not_allowed', 'key_wrong_app']),
    ...(path.includes('{app}') ? ['app_not_found'] : []),
    ...(path.includes('{') ? ['url_too_long'] : []),
    'headers_too_large',
    ...(takesBody ? ['json_invalid', 'body_too_large', 'media_type_unsupported'] : []),
    ...(operation['x-key-kinds']?.includes('sdk') ? ['too_many_requests'] : []),
    ...(operation['x-error-codes'] ?? []),
    'dependency_unavailable',
    'internal_error',
  ];
}

function takes({ parameters = [] }: Operation, place: 'header' | 'query', name: string): boolean {
  return parameters.some((parameter) => 'name' in parameter && parameter.in === place && parameter.name === name);
}

function addTo(operation: Operation, codes: readonly string[], statuses: ErrorStatuses): void {
  const byStatus = Map.groupBy(new Set(codes), (code) => statuses.statusOf(code) ?? 500);
  for (const [status, group] of [...byStatus].sort(([a], [b]) => a - b)) {
    operation.responses[String(status)] ??= {
      description: group.map((code) => `\`${code}\``).join(', '),
      content: {
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example: exampleOf(group[0] ?? '', status) },
      },
    };
  }
}

function exampleOf(code: string, status: number): unknown {
  const errors = code === 'request_invalid' ? [{ pointer: '/name', message: 'must be text' }] : undefined;
  return problemOf({ code, status, detail: 'What happened, in a sentence', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', errors });
}
