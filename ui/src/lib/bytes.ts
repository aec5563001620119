import { leftToRight, tag } from './language';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes as a person reads them, in steps of 1000 as file managers and the service count. */
export function bytes(count: number): string {
  let value = Math.max(0, count);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return leftToRight(`${figures(digits).format(value)} ${UNITS[unit]}`);
}

const made = new Map<string, Intl.NumberFormat>();

/** Making one costs more than using it, and rows ask at every beat. */
function figures(digits: number): Intl.NumberFormat {
  const key = `${tag()} ${digits}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const fresh = new Intl.NumberFormat(tag(), { maximumFractionDigits: digits, useGrouping: false });
  made.set(key, fresh);
  return fresh;
}
