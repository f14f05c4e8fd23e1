import { cutLongWords } from '../src/long-words.ts';

describe('a text for people', () => {
  it('keeps ids, and tells no token on', () => {
    const id = '0198f3a2-6b1c-4c8e-9d2a-3f5b7c9e1a24';

    expect(cutLongWords(`No send ${id} exists`)).toBe(`No send ${id} exists`);
    expect(cutLongWords(`No send ${'ab12'.repeat(16)} exists`)).toBe('No send ab12ab12… exists');
  });
});
