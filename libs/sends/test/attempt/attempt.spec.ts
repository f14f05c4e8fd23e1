import { placeOfAttempt } from '../../src/attempt/attempt.ts';

describe('the place of an attempt', () => {
  it('is read from its id', () => {
    expect(placeOfAttempt('s:0:000000:1', 's:0:000000:1:1')).toEqual({ depth: 1, parent: null });
    expect(placeOfAttempt('s:0:000000:1', 's:0:000000:1:1.3')).toEqual({ depth: 2, parent: { id: 's:0:000000:1:1', slot: 3 } });
    expect(placeOfAttempt('s:0:000000:1', 's:0:000000:1:1.3.0')).toEqual({ depth: 3, parent: { id: 's:0:000000:1:1.3', slot: 0 } });
  });

  it.each(['s:0:000000:1:2', 's:0:000000:11:1', 's:0:000000:1:1.', 's:0:000000:1:1.x', '', 's:0:000000:1'])('is none in %j', (id) => {
    expect(placeOfAttempt('s:0:000000:1', id)).toBeUndefined();
  });
});
