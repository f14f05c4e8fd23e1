import { sliceOfSlot, slotsOfSlice } from '../../src/slice/slice.ts';

describe('slices of a send', () => {
  it.each([1, 2, 3, 5, 7, 50, 64, 256])('share the slots without gap or overlap: %d slices', (slices) => {
    const ranges = Array.from({ length: slices }, (_, slice) => slotsOfSlice(slice, slices));

    expect(ranges[0]?.from).toBe(0);
    expect(ranges.at(-1)?.to).toBe(1024);
    for (const [slice, { from, to }] of ranges.entries()) {
      for (let slot = from; slot < to; slot += 1) expect(sliceOfSlot(slot, slices)).toBe(slice);
    }
  });
});
