import { fieldErrors, pathId, pointerTo, type FieldError } from '#libs/api';
import { parseInstant } from '#libs/kernel';
import { readSend } from '../intake/read-send.ts';
import { sendTarget, type TargetPlace } from '../intake/read-target.ts';
import { SendInvalid, type SendProblem } from '../intake/send-invalid.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { Template, TemplateRepository, VariableType } from './template.ts';

type JsonBody = Readonly<Record<string, unknown>>;

export interface ReadRequest {
  readonly request: SendRequest;
  /** The body with the template's message in the place of its name. */
  readonly body: unknown;
}

export interface Reading {
  readonly place?: TargetPlace;
  /** Variables may still come with the launch: none is missing yet. */
  readonly isDraft?: boolean;
}

/** Reads the body of a send that has a message or names a template, whose message and defaults then stand in the send. */
export class ReadSendRequest {
  constructor(private readonly templates: TemplateRepository) {}

  /** Throws SendInvalid with every problem of template, variables, target, message and options at once; DependencyUnavailable. */
  async execute(app: string, body: unknown, { place = sendTarget, isDraft = false }: Reading = {}): Promise<ReadRequest> {
    if (!isObject(body) || body['template'] === undefined) return { request: readSend(body, place), body };
    const { template: name, ...rest } = body;
    const problems: SendProblem[] = [];
    if (rest['message'] !== undefined) problems.push({ pointer: '/template', message: 'Must stand alone: the body has a message, too' });
    const template = await this.#find(app, name, problems);
    if (template) problems.push(...variableProblems(template, rest, place.pointer, isDraft));
    const filled = template ? filledWith(template, rest) : { ...rest, message: { title: 'unknown' } };
    const request = read(filled, place, problems);
    if (problems.length > 0 || !request) throw new SendInvalid(problems);
    return { request, body: filled };
  }

  async #find(app: string, name: unknown, problems: SendProblem[]): Promise<Template | undefined> {
    const parsed = pathId.safeParse(name);
    if (!parsed.success) {
      problems.push(...fieldErrors(parsed.error.issues).map((problem) => ({ ...problem, pointer: `/template${problem.pointer}` })));
      return undefined;
    }
    const template = await this.templates.findById(app, parsed.data);
    if (!template) problems.push({ code: 'template_unknown', pointer: '/template', message: 'The app has no template of this name' });
    return template;
  }
}

function read(body: JsonBody, place: TargetPlace, problems: SendProblem[]): SendRequest | undefined {
  try {
    return readSend(body, place);
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function filledWith({ message, variables, purpose }: Template, rest: JsonBody): JsonBody {
  const defaults = Object.entries(variables).flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value] as const]));
  const { variables: given = {}, options = {} } = rest;
  return {
    ...rest,
    message,
    variables: isObject(given) ? { ...Object.fromEntries(defaults), ...given } : given,
    ...(purpose !== null && isObject(options) && { options: { purpose, ...options } }),
  };
}

/** A user's own variables lie over those of all. */
function variableProblems({ variables }: Template, rest: JsonBody, target: string, isDraft: boolean): FieldError[] {
  const given = bare(rest['variables']);
  const to = isObject(rest['to']) && Array.isArray(rest['to']['users']) ? (rest['to']['users'] as readonly unknown[]) : [];
  const users = to.map((user) => bare(isObject(user) ? user['variables'] : undefined));
  return Object.entries(variables).flatMap(([name, { type, required, default: fallback }]) => {
    const pointer = pointerTo(['variables', name]);
    const wrong = [
      { at: pointer, value: given[name] },
      ...users.map((own, n) => ({ at: `${target}/users/${n}${pointer}`, value: own[name] })),
    ]
      .filter(({ value }) => value !== undefined && !isOfType(value, type))
      .map(({ at }) => ({ pointer: at, message: `Must be a ${type}` }));
    if (!required || isDraft || fallback !== undefined || given[name] !== undefined) return wrong;
    const message = 'Is required by the template';
    if (users.every((own) => own[name] === undefined)) return [...wrong, { pointer, message }];
    return [
      ...wrong,
      ...users.flatMap((own, n) => (own[name] === undefined ? [{ pointer: `${target}/users/${n}${pointer}`, message }] : [])),
    ];
  });
}

/** Names such as `valueOf` are what callers make of them. */
function bare(value: unknown): JsonBody {
  return Object.assign(Object.create(null) as JsonBody, isObject(value) ? value : {});
}

export function isOfType(value: unknown, type: VariableType): boolean {
  if (type === 'date') return typeof value === 'string' && parseInstant(value) !== undefined;
  return typeof value === type && (type !== 'number' || Number.isFinite(value));
}

function isObject(value: unknown): value is JsonBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
