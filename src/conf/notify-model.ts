/** A program that is told of a change: its arguments as written, and who it runs as (undefined: script_user). */
export interface NotifyCommand {
  readonly argv: readonly string[];
  readonly user: string | undefined;
  readonly group: string | undefined;
}

/** Of a vrrp_instance or a vrrp_sync_group. */
export interface NotifyScripts {
  readonly master: NotifyCommand | undefined;
  readonly backup: NotifyCommand | undefined;
  readonly fault: NotifyCommand | undefined;
  readonly stop: NotifyCommand | undefined;
  /** At every change, with kind, name, state and priority as further arguments. */
  readonly any: NotifyCommand | undefined;
}

/** A FIFO, and the program that is given its path and reads it. */
export interface NotifyFifo {
  readonly path: string;
  readonly script: NotifyCommand | undefined;
}
