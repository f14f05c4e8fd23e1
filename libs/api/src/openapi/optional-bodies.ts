import type { OpenAPIObject } from '@nestjs/swagger';

interface Body {
  required?: boolean;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

/** A body whose schema has a default may be left out; Nest says of every body that it is required. */
export function markOptionalBodies(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const operation of [item.post, item.put, item.patch]) {
      const body = operation?.requestBody as Body | undefined;
      if (Object.values(body?.content ?? {}).some(({ schema = {} }) => 'default' in resolved(schema, document)) && body)
        body.required = false;
    }
  }
}

function resolved(schema: object, { components }: OpenAPIObject): object {
  const name = '$ref' in schema ? /^#\/components\/schemas\/(.+)$/.exec(String(schema.$ref))?.[1] : undefined;
  return (name === undefined ? undefined : components?.schemas?.[name]) ?? schema;
}
