import type { Cancel } from '../ports/clock.ts';

/** A list of listeners that are told of each value, in the order in which they came. */
export interface Broadcast<T> {
  tell(value: T): void;
  listen(listener: (value: T) => void): Cancel;
}

export function createBroadcast<T>(): Broadcast<T> {
  const listeners = new Set<{ readonly hear: (value: T) => void }>();
  return {
    tell(value) {
      for (const listener of [...listeners]) if (listeners.has(listener)) listener.hear(value);
    },
    listen(hear) {
      const listener = { hear };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
