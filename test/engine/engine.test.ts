import { beforeEach, describe, expect, test } from 'vitest';
import { err, ok } from '../../src/base/result.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { openIntents } from '../../src/engine/intents.ts';
import { createJournal } from '../../src/engine/journal.ts';
import type { RouterCommand, RouterReport } from '../../src/engine/router/messages.ts';
import { balancedServiceConf, guardedServiceConf } from '../../src/lab/configurations.ts';
import type { ServiceHost } from '../../src/ports/host.ts';
import { createSimFifos } from '../../src/sim/fifos.ts';
import { createSimIpvsTable } from '../../src/sim/ipvs-table.ts';
import { createSimStateFiles } from '../../src/sim/state-files.ts';
import { createSimProcesses, createSimWatchedFiles } from '../../src/sim/watched.ts';
import { createWorld } from '../../src/sim/world.ts';
import { lab } from './support.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An engine whose routers do nothing by themselves, on a host that counts what is still under way. */
function bench() {
  const world = createWorld({ seed: 1 });
  const table = createSimIpvsTable(world.clock);
  const files = createSimStateFiles();
  const pending = new Set<object>();
  const begin = () => {
    const one = {};
    pending.add(one);
    return () => void pending.delete(one);
  };
  const host = {
    clock: world.clock,
    alarms: { at: begin },
    files,
    fifos: createSimFifos(),
    table,
    prober: { ask: begin },
    scripts: { run: begin },
    watchedFiles: createSimWatchedFiles(),
    processes: createSimProcesses(),
    random: () => 0.5,
  } as ServiceHost;
  const script = { checkScript: () => '/bin/true' };
  const text = guardedServiceConf(lab, 'a', script) + balancedServiceConf(lab);
  const { configuration } = loadConfiguration('f', (path) => (path === 'f' ? ok(text) : err('ENOENT')));
  const intents = openIntents(files);
  if (!intents.ok) throw new Error(intents.error);
  const commands: RouterCommand['type'][] = [];
  let report: (report: RouterReport) => void = () => {};
  const engine = createEngine({
    identity: { host: 'h', version: '1', pid: 1, mode: 'sim', config: 'f' },
    configuration,
    port: {
      send: (command) => void commands.push(command.type),
      listen: (listener) => {
        report = listener;
      },
    },
    host,
    intents: intents.value,
    journal: createJournal(files, () => {}),
  });
  const services = (): number => {
    const dump = table.dump();
    return dump.ok ? dump.value.length : -1;
  };
  return { engine, commands, pending, services, report: (type: 'started' | 'stopped') => report({ type }) };
}

describe('the engine leaves nothing under way', () => {
  let here: ReturnType<typeof bench>;
  beforeEach(() => {
    here = bench();
  });
  const start = async (): Promise<void> => {
    const starting = here.engine.start();
    here.report('started');
    await starting;
    expect(here.pending.size).toBeGreaterThan(3);
    expect(here.services()).toBe(1);
  };

  test('after a stop: its services go when the routers have stopped, not before', async () => {
    await start();
    const stopping = here.engine.stop();
    await settled();
    expect(here.services()).toBe(1);
    here.report('stopped');
    await stopping;
    expect([here.pending.size, here.services()]).toEqual([0, 0]);
    expect(here.commands).toEqual(['start', 'stop']);
  });

  test('after a halt, which waits for no router', async () => {
    await start();
    here.engine.halt();
    expect([here.pending.size, here.services()]).toEqual([0, 0]);
    here.engine.halt();
  });

  test('after a stop that came before the start was over', async () => {
    const starting = here.engine.start();
    const stopping = here.engine.stop();
    here.report('started');
    here.report('stopped');
    await Promise.all([starting, stopping]);
    expect([here.pending.size, here.services()]).toEqual([0, 0]);
  });

  test('after a halt in the middle of a stop', async () => {
    await start();
    const stopping = here.engine.stop();
    here.engine.halt();
    here.report('stopped');
    await stopping;
    expect([here.pending.size, here.services()]).toEqual([0, 0]);
  });
});
