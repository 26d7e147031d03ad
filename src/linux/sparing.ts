/** Takes at most one part in so many of this thread's time: what costs more is done less often. */
const SHARE = 20;

/** `work` when it is due again; undefined in between. Due after twenty times what it cost. */
export function sparing<A extends readonly unknown[], R>(
  work: (...args: A) => R,
  now: () => number = () => performance.now(),
): (...args: A) => R | undefined {
  let due = 0;
  return (...args) => {
    const started = now();
    if (started < due) return undefined;
    const result = work(...args);
    due = now() + SHARE * (now() - started);
    return result;
  };
}
