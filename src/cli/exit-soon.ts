/** All that had to be done is done by then; a terminal that is about to vanish gets so long for its last bytes. */
const GRACE_MS = 1000;

/**
 * Ends the process where it does not end by itself: a terminal that went away in a bad moment can hold on to it for ever.
 * To be called last; the exit code is `process.exitCode`.
 */
export function exitSoon(): void {
  setTimeout(() => process.exit(), GRACE_MS).unref();
}
