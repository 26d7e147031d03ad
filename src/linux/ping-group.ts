/**
 * Who may open an ICMP socket is a setting of the network namespace. Where it leaves us out it is widened to our group,
 * as keepalived does, and put back when this process ends.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SETTING = '/proc/sys/net/ipv4/ping_group_range';
let tried = false;

/** `open` throws EACCES where we are left out. */
export function allowPing<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (tried || (error as NodeJS.ErrnoException).code !== 'EACCES' || !widen()) throw error;
    return open();
  }
}

function widen(): boolean {
  tried = true;
  try {
    const before = readFileSync(SETTING, 'utf8');
    const [low = 1, high = 0] = before.trim().split(/\s+/).map(Number);
    const ours = process.getegid?.() ?? 0;
    const range = low > high ? [ours, ours] : [Math.min(low, ours), Math.max(high, ours)];
    writeFileSync(SETTING, range.join(' '));
    process.once('exit', () => {
      try {
        writeFileSync(SETTING, before);
      } catch {
        // Nobody is left who could be told.
      }
    });
    return true;
  } catch {
    return false;
  }
}
