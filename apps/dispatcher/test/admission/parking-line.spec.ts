import { ParkingLine } from '../../src/admission/parking-line.ts';

describe('a parking line', () => {
  it('spreads what waits for the same moment', () => {
    const line = new ParkingLine();

    expect([line.place(1_000, 20), line.place(1_000, 20), line.place(1_000, 20)]).toEqual([1_000, 1_020, 1_040]);
  });

  it('starts at the front again once its time has passed', () => {
    const line = new ParkingLine();
    line.place(1_000, 20);

    expect(line.place(5_000, 20)).toBe(5_000);
  });

  it('never sends anybody more than a minute behind', () => {
    const line = new ParkingLine();

    const places = Array.from({ length: 10 }, () => line.place(0, 20_000));

    expect(Math.max(...places)).toBeLessThanOrEqual(60_000);
  });
});
