import { FreshReads } from '../src/fresh-reads.ts';

describe('fresh reads', () => {
  it('begin after the question: who asks while one goes on shares the next, and nobody gets what is older', async () => {
    const reads = new FreshReads<number>();
    const answers: (() => void)[] = [];
    let stored = 1;
    let begun = 0;
    const load = () => {
      begun += 1;
      const value = stored;
      return new Promise<number>((resolve) => answers.push(() => { resolve(value); })); // prettier-ignore
    };

    const before = reads.get('a', load);
    stored = 2;
    const after = [reads.get('a', load), reads.get('a', load)];
    answers[0]?.();
    expect(await before).toBe(1);
    await Promise.resolve();
    answers[1]?.();

    expect(await Promise.all(after)).toEqual([2, 2]);
    expect(begun).toBe(2);
  });

  it('fail for those who asked, and not for those who ask next', async () => {
    const reads = new FreshReads<string>();
    const failing = reads.get('a', async () => Promise.reject(new Error('no database')));
    const next = reads.get('a', async () => 'read');

    await expect(failing).rejects.toThrow('no database');
    expect(await next).toBe('read');
    expect(await reads.get('a', async () => 'again')).toBe('again');
  });
});
