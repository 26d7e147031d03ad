/** What passes between the sessions, which live in the routers' thread, and the engine: plain data. */

export interface SessionVerdict {
  readonly session: string;
  /** Those who track it count it as well. */
  readonly usable: boolean;
  readonly reason: string;
}
