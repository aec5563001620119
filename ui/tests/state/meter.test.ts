import { describe, expect, it } from 'vitest';

import { Meter } from '../../src/state/meter';

function steady(meter: Meter, seconds: number, bytes: number, from = 100_000): number {
  let at = from;
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    meter.add(bytes / 10, at);
    at += 100;
  }
  return at;
}

describe('speed over five seconds', () => {
  it('is what moved', () => {
    const meter = new Meter();
    const at = steady(meter, 8, 1_000_000);
    expect(meter.speed(at)).toBeCloseTo(1_000_000, -4);
  });

  it('is nothing before the first byte and after five seconds of rest', () => {
    const meter = new Meter();
    expect(meter.speed(0)).toBe(0);
    const at = steady(meter, 6, 500_000);
    expect(meter.speed(at + 5_100)).toBe(0);
  });

  it('forgets an earlier run', () => {
    const meter = new Meter();
    const at = steady(meter, 6, 9_000_000);
    const again = steady(meter, 6, 100_000, at + 60_000);
    expect(meter.speed(again)).toBeCloseTo(100_000, -3);
  });
});

describe('time left', () => {
  it('is said only when the speed is steady', () => {
    const meter = new Meter();
    const at = steady(meter, 7, 1_000_000);
    expect(meter.timeLeft(60_000_000, at)).toBeCloseTo(60, 0);
  });

  it('is not said in the first five seconds', () => {
    const meter = new Meter();
    const at = steady(meter, 3, 1_000_000);
    expect(meter.timeLeft(60_000_000, at)).toBeNull();
  });

  it('is not said when bytes come in bursts', () => {
    const meter = new Meter();
    for (let at = 100_000; at < 112_000; at += 3_000) meter.add(3_000_000, at);
    expect(meter.timeLeft(60_000_000, 112_000)).toBeNull();
  });

  it('is not said when nothing is left', () => {
    const meter = new Meter();
    expect(meter.timeLeft(0, steady(meter, 7, 1_000_000))).toBeNull();
  });
});
