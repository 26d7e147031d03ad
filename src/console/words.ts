/** Figures and names as people read them. */
import type { RealServerSnapshot, ServiceSnapshot } from '../control/snapshot.ts';

/** How long, in at most five characters: 0.3s, 12s, 4m, 3h, 2d. `ms` below 0 counts as 0. */
export function brief(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  if (s < 9.95) return `${s.toFixed(1)}s`;
  if (s < 100) return `${Math.round(s)}s`;
  if (s < 100 * 60) return `${Math.round(s / 60)}m`;
  if (s < 100 * 3600) return `${Math.round(s / 3600)}h`;
  return `${Math.round(s / 86_400)}d`;
}

/** A duration that an operator compares: 4.2 ms, 609 ms, 3.61 s. */
export function exact(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms < 10 && ms % 1 !== 0 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** What is left of a lease: 29:41, 1:05:00; 0:00 when it is over. */
export function countdown(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return h > 0 ? `${h}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

/** 12:34:56 or 12:34:56.789 of an ISO instant, in the operator's time zone; `?` where it is none. */
export function clockTime(iso: string, withMs = false): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '?';
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withMs ? `${time}.${String(date.getMilliseconds()).padStart(3, '0')}` : time;
}

/** 03-14 12:34:56 of an ISO instant, in the operator's time zone. */
export function dayTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '?';
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(iso)}`;
}

/** Counters in at most five characters: 950, 12k, 3.4M. */
export function figure(n: number): string {
  if (n < 10_000) return String(Math.round(n));
  if (n < 1_000_000) return `${Math.round(n / 1000)}k`;
  return n < 100_000_000 ? `${(n / 1_000_000).toFixed(1)}M` : `${Math.round(n / 1_000_000_000)}G`;
}

export const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
/** As the engine and the command line name them. */
export const serviceName = (s: ServiceSnapshot): string => s.name;
export const serverName = (s: RealServerSnapshot): string => `${bracketed(s.address)}:${s.port}`;
