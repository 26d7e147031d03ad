/** What checking and balancing need of a machine, on the main thread of a real one. */
import { randomInt } from 'node:crypto';
import { linuxClock } from '../linux/clock.ts';
import { linuxFifos } from '../linux/fifos.ts';
import { createLocalDelivery } from '../linux/local-delivery.ts';
import { createProber } from '../linux/prober.ts';
import { createProcesses } from '../linux/processes.ts';
import { createScripts } from '../linux/scripts.ts';
import { createWatchedFiles } from '../linux/watched-files.ts';
import type { ServiceHost } from '../ports/host.ts';
import type { StateFiles } from '../ports/state-files.ts';
import { timeoutAlarms } from './alarms.ts';
import type { ChosenDataPlane } from './data-plane.ts';

export function openServiceHost(files: StateFiles, { table, why }: ChosenDataPlane): ServiceHost {
  return {
    clock: linuxClock,
    alarms: timeoutAlarms(linuxClock),
    files,
    fifos: linuxFifos,
    table,
    tableChoice: why,
    localDelivery: createLocalDelivery(files),
    prober: createProber(),
    scripts: createScripts(),
    watchedFiles: createWatchedFiles(),
    processes: createProcesses(),
    random: () => randomInt(1 << 30) / (1 << 30),
  };
}
