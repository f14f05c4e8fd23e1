import { z } from 'zod';
import { fieldErrors, pointerTo } from '../../src/errors/field-error.ts';

const issuesOf = (schema: z.ZodType, value: unknown) => fieldErrors(schema.safeParse(value).error?.issues ?? []);

describe('the problems of a body', () => {
  it('point at what they mean', () => {
    expect(pointerTo(['a/b', 0, 'c~d'])).toBe('/a~1b/0/c~0d');
    expect(pointerTo([])).toBe('');
  });

  it('come from the branch of a union that was meant', () => {
    const token = z.union([z.string(), z.strictObject({ endpoint: z.string(), keys: z.strictObject({ auth: z.string() }) })]);

    expect(issuesOf(z.strictObject({ token }), { token: { endpoint: 'x', keys: { auth: 1 } } })).toEqual([
      { pointer: '/token/keys/auth', message: 'must be text' },
    ]);
    expect(issuesOf(z.strictObject({ token }), { token: 5 })).toEqual([{ pointer: '/token', message: 'must be text or an object' }]);
  });

  it('say what is wrong with a key', () => {
    const words = z.record(z.string().regex(/^[a-z]+$/, 'Must be small letters'), z.string());

    expect(issuesOf(z.strictObject({ words }), { words: { 'A b': 'x' } })).toEqual([
      { pointer: '/words/A b', message: 'Must be small letters' },
    ]);
  });

  it('are all counted, and put into words up to the hundredth', () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));

    const errors = issuesOf(z.strictObject({}), body);

    expect(errors).toHaveLength(5_000);
    expect(errors.filter(({ message }) => message === 'Unknown field')).toHaveLength(100);
  });
});
