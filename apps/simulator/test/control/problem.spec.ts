import { z } from 'zod';
import { Problem, parseOr400 } from '../../src/control/problem.ts';

describe('a refusal of the control port', () => {
  it('leads to the page that explains its code', () => {
    expect(JSON.parse(JSON.stringify(new Problem(403, 'host_refused', 'No')))).toMatchObject({ type: '/docs/errors#host_refused' });
  });

  it('is short, however long the names and however many the problems', () => {
    const schema = z.record(z.string(), z.array(z.int()));
    const refusal = () => parseOr400(schema, { ['k'.repeat(500_000)]: Array(10_000).fill('x') });

    expect(refusal).toThrow(Problem);
    try {
      refusal();
    } catch (error) {
      const text = JSON.stringify(error);
      expect((error as Problem).errors).toHaveLength(100);
      expect(text.length).toBeLessThan(32_768);
    }
  });
});
