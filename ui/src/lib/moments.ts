import { tag } from './language';

/** The time of day, as the language writes it. */
export function timeOfDay(at: Date): string {
  return at.toLocaleTimeString(tag(), { hour: '2-digit', minute: '2-digit' });
}

/** Day and time of day. */
export function dayAndTime(at: Date): string {
  return at.toLocaleDateString(tag(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** The month, written out, with its year. */
export function monthAndYear(at: Date): string {
  return at.toLocaleDateString(tag(), { month: 'long', year: 'numeric' });
}

/** So many days, in words. */
export function days(count: number): string {
  return new Intl.NumberFormat(tag(), { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(count);
}
