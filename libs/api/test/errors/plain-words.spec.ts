import { z } from 'zod';
import { fieldErrors } from '../../src/errors/field-error.ts';

/** Words that are the validator's own, and nobody else's. */
const jargon = /invalid input|expected|received|too (?:big|small)|>=|<=|option|unrecognized|pattern|invalid/i;

const said = (schema: z.ZodType, value: unknown) => fieldErrors(schema.safeParse(value).error?.issues ?? []).map(({ message }) => message);

describe('what a schema refuses', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['null for text', z.string(), null, 'must be text'],
    ['nothing for text', z.string(), undefined, 'is missing; must be text'],
    ['text for a number', z.number(), 'x', 'must be a number'],
    ['a fraction', z.int(), 1.5, 'must be a whole number'],
    ['no number', z.number(), NaN, 'must be a number'],
    ['coerced text', z.coerce.number(), 'x', 'must be a number'],
    ['a number for a flag', z.boolean(), 1, 'must be true or false'],
    ['an object for a list', z.array(z.string()), {}, 'must be a list'],
    ['a list for an object', z.strictObject({}), [], 'must be an object'],
    ['text for a map', z.record(z.string(), z.string()), 'x', 'must be an object'],
    ['something for null', z.null(), 1, 'must be null'],
    ['another word', z.enum(['high', 'low']), 'loud', 'must be one of "high", "low"'],
    ['another constant', z.literal(1), 2, 'must be 1'],
    ['an empty text', z.string().min(1), '', 'must not be empty'],
    ['a short text', z.string().min(3), 'x', 'must have at least 3 characters'],
    ['a long text', z.string().max(3), 'xxxx', 'must have at most 3 characters'],
    ['a text of another length', z.string().length(3), 'x', 'must have exactly 3 characters'],
    ['an empty list', z.array(z.int()).min(1), [], 'must not be empty'],
    ['a long list', z.array(z.int()).max(1), [1, 2], 'must have at most 1 item'],
    ['a small number', z.number().min(5), 1, 'must be at least 5'],
    ['a large number', z.number().max(5), 9, 'must be at most 5'],
    ['a number that is not more', z.number().positive(), 0, 'must be more than 0'],
    ['a number that is not less', z.number().lt(5), 5, 'must be less than 5'],
    ['a number beyond all', z.int(), 2 ** 60, 'must be at most 9007199254740991'],
    ['no multiple', z.number().multipleOf(5), 7, 'must be a multiple of 5'],
    ['no time', z.iso.datetime(), 'x', 'must be a time such as 2026-01-31T12:00:00Z'],
    ['no UUID', z.uuid(), 'x', 'must be a UUID'],
    ['no address', z.url(), 'x', 'must be an address such as https://example.com'],
    ['another form', z.string().regex(/^a/), 'x', 'does not have the right form'],
    ['another beginning', z.string().startsWith('ab'), 'x', 'must begin with "ab"'],
    ['no way of several', z.union([z.string(), z.array(z.string()), z.null()]), 1, 'must be text, a list or null'],
    [
      'no way of several within several',
      z.union([z.union([z.boolean(), z.number()]), z.string()]),
      [],
      'must be true or false or a number or text',
    ],
    ['nothing for several ways', z.union([z.string(), z.array(z.string())]), undefined, 'must be text or a list'],
    ['a wrong name', z.record(z.string().regex(/^a/), z.string()), { x: 'y' }, 'does not have the right form'],
    ['what only it knows', z.string().refine(() => false), 'x', 'is not valid'],
    ['what has words of its own', z.string().refine(() => false, 'No control characters'), 'x', 'No control characters'],
  ])('is said as a person would: %s', (_what, schema, value, expected) => {
    const [message = '', ...more] = said(schema, value);

    expect([message, ...more]).toEqual([expected]);
    expect(message).not.toMatch(jargon);
  });
});

describe('an unknown field', () => {
  const body = z.strictObject({
    provider: z.string().optional(),
    externalId: z.string().optional(),
    to: z.union([z.strictObject({ users: z.array(z.string()) }), z.strictObject({ tags: z.string() })]).optional(),
    message: z.strictObject({ title: z.string(), data: z.record(z.string(), z.string()).optional() }).optional(),
    options: z.strictObject({ purpose: z.string(), ttl: z.int().optional() }).partial().optional(),
  });
  const told = (value: unknown) => fieldErrors(body.safeParse(value).error?.issues ?? [], body);

  it.each([
    [{ purpose: 'transactional' }, '/purpose', 'options.purpose'],
    [{ title: 'x' }, '/title', 'message.title'],
    [{ provder: 'apns' }, '/provder', 'provider'],
    [{ porvider: 'apns' }, '/porvider', 'provider'],
    [{ external_id: 'x' }, '/external_id', 'externalId'],
    [{ options: { pupose: 'x' } }, '/options/pupose', 'options.purpose'],
    [{ tags: 'vip' }, '/tags', 'to.tags'],
    [{ message: { title: 'x', ttl: 3 } }, '/message/ttl', 'options.ttl'],
  ])('%j hears which one was meant', (value, pointer, meant) => {
    expect(told(value)).toEqual([{ pointer, message: `Unknown field; did you mean \`${meant}\`?` }]);
  });

  it.each([[{ shape: 'round' }], [{ x: 1 }], [{ ['p'.repeat(50)]: 1 }], [{ constructorOf: 1 }]])(
    '%j hears nothing where nothing is near',
    (value) => {
      expect(told(value).map(({ message }) => message)).toEqual(['Unknown field']);
    },
  );
});
