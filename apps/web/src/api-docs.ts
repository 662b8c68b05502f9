import type { OpenAPIObject } from '@nestjs/swagger';

/** One way of calling the API, as the documentation page shows it. */
export interface ApiCall {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  needsTillKey: boolean;
  parameters: { name: string; where: string; required: boolean; description: string; type: string }[];
  example: string | null;
  responses: { status: string; description: string; example: string | null }[];
}

export interface ApiGroup {
  name: string;
  calls: ApiCall[];
}

interface SchemaLike {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  /** Where the description's generator puts the first of a schema's examples. */
  example?: unknown;
  examples?: unknown[];
  enum?: unknown[];
}

interface OperationLike {
  tags?: string[];
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: SchemaLike }[];
  requestBody?: { content?: Record<string, { schema?: SchemaLike; example?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: SchemaLike }> }>;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The description for machines, arranged for people: by tag, in the order of the paths. */
export function readableApi(document: OpenAPIObject): ApiGroup[] {
  const groups = new Map<string, ApiCall[]>();
  for (const [path, item] of Object.entries(document.paths).sort(([a], [b]) => a.localeCompare(b))) {
    for (const method of methods) {
      const operation = (item as Record<string, OperationLike | undefined>)[method];
      if (!operation) continue;
      const name = operation.tags?.[0] ?? 'Other';
      groups.set(name, [...(groups.get(name) ?? []), callOf(document, method, path, operation)]);
    }
  }
  return [...groups].map(([name, calls]) => ({ name, calls })).sort((a, b) => a.name.localeCompare(b.name));
}

function callOf(document: OpenAPIObject, method: string, path: string, operation: OperationLike): ApiCall {
  const body = operation.requestBody?.content?.['application/json'];
  return {
    id: `${method}${path.replaceAll(/[^a-z0-9]+/gi, '-')}`,
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? '',
    description: operation.description ?? '',
    needsTillKey: operation.security?.some((scheme) => 'till-key' in scheme) ?? false,
    parameters: (operation.parameters ?? []).map(({ name, in: where, required, description, schema }) => ({
      name,
      where,
      required: required ?? false,
      description: description ?? schema?.description ?? '',
      type: [schema?.type, schema?.format].filter(Boolean).join(', '),
    })),
    example: pretty(body?.example ?? exampleOf(document, body?.schema)),
    responses: Object.entries(operation.responses ?? {}).map(([status, response]) => ({
      status,
      description: response.description ?? '',
      example: pretty(exampleOf(document, Object.values(response.content ?? {})[0]?.schema)),
    })),
  };
}

function exampleOf(document: OpenAPIObject, schema: SchemaLike | undefined): unknown {
  if (!schema) return undefined;
  const named = schema.$ref?.split('/').at(-1);
  const resolved = named ? (document.components?.schemas?.[named] as SchemaLike | undefined) : schema;
  return resolved?.example ?? resolved?.examples?.[0];
}

function pretty(example: unknown): string | null {
  return example === undefined ? null : JSON.stringify(example, null, 2);
}
