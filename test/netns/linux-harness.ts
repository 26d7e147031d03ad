/**
 * A reactor in a worker thread that does what it is told, in JSON lines: `{ id, call, args }` in, `{ id, value }` and
 * `{ event, … }` out. Run inside a network namespace by the tests beside it.
 */
import { createInterface } from 'node:readline';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { IpAddress } from '../../src/base/ip.ts';
import type { MacAddress } from '../../src/base/mac.ts';
import { after, elapsed, milliseconds } from '../../src/base/time.ts';
import { findConflicts } from '../../src/linux/conflicts.ts';
import { createDoorbell } from '../../src/linux/doorbell.ts';
import { createReactor } from '../../src/linux/reactor.ts';
import { openChannel } from '../../src/linux/reactor-channel.ts';
import { createVrrpHost } from '../../src/linux/vrrp-host.ts';
import type { InterfaceAddress } from '../../src/ports/addresses.ts';
import type { VrrpSocket } from '../../src/ports/vrrp-sockets.ts';
import { gratuitousArp } from '../../src/wire/arp.ts';

interface Command {
  readonly id: number;
  readonly call: string;
  readonly args: readonly never[];
}

if (isMainThread) mainThread();
else workerThread();

function mainThread(): void {
  const doorbell = createDoorbell();
  if (!doorbell.ok) throw new Error(doorbell.error.code);
  const worker = new Worker(new URL(import.meta.url), { workerData: { doorbell: doorbell.value } });
  const channel = openChannel(worker, doorbell.value);
  channel.onMessage((message) => process.stdout.write(`${JSON.stringify(message)}\n`));
  worker.once('exit', (code) => process.exit(code));
  createInterface(process.stdin).on('line', (line) => {
    if (line === 'stop') channel.stop();
    else if (line === 'exit') process.exit(7);
    else channel.send(JSON.parse(line));
  });
}

function workerThread(): void {
  const port = parentPort;
  if (!port) throw new Error('not in a worker');
  const tell = (message: unknown): void => port.postMessage(message);
  const reactor = createReactor({
    doorbell: workerData.doorbell,
    onPause: (gap) => tell({ event: 'pause', gap }),
  });
  const opened = createVrrpHost(reactor);
  if (!opened.ok) throw new Error(`${opened.error.what}: ${opened.error.code}`);
  const host = opened.value;
  const sockets: VrrpSocket[] = [];

  host.links.watch((change) => tell({ event: 'link', change, at: host.clock.now() }));
  host.addresses.watch((change) => tell({ event: 'address', change, at: host.clock.now() }));

  const calls: Record<string, (id: number, ...args: never[]) => unknown> = {
    links: () => host.links.list(),
    link: (_, name: string) => host.links.find(name) ?? null,
    addresses: () => host.addresses.list(),
    add: (_, address: InterfaceAddress) => host.addresses.add(address),
    remove: (_, address: InterfaceAddress) => host.addresses.remove(address),
    open: (_, name: string, group: IpAddress) => {
      const socket = host.sockets.open({ interface: name, family: 4, group }, (datagram) =>
        tell({ event: 'datagram', ...datagram, payload: [...datagram.payload], age: host.clock.now() - datagram.at }),
      );
      if (socket.ok) sockets.push(socket.value);
      return socket.ok ? { ok: true, value: sockets.length - 1 } : socket;
    },
    send: (_, socket: number, bytes: number[], source: IpAddress) =>
      sockets[socket]?.send(Uint8Array.from(bytes), source),
    close: (_, socket: number) => {
      sockets[socket]?.close();
      return null;
    },
    garp: (_, name: string, mac: MacAddress, address: IpAddress) =>
      host.neighbours.sendFrame(name, gratuitousArp(mac, address)),
    arp: (_, name: string) => {
      const watching = host.neighbours.watchArp(name, (arp) => tell({ event: 'arp', ...arp }));
      return watching.ok ? { ok: true } : watching;
    },
    conflicts: () => findConflicts(),
    now: () => host.clock.now(),
    /** `count` alarms of `wait` ms one after the other → how late each rang. */
    alarms: (id, count: number, wait: number) => {
      const late: number[] = [];
      const next = (): void => {
        const deadline = after(host.clock.now(), milliseconds(wait));
        host.alarms.at(deadline, () => {
          late.push(elapsed(deadline, host.clock.now()));
          if (late.length < count) next();
          else tell({ id, value: late });
        });
      };
      next();
      return undefined;
    },
    /** Blocks the thread, as a long computation would. */
    block: (_, ms: number) => {
      const end = after(host.clock.now(), milliseconds(ms));
      while (host.clock.now() < end);
      return null;
    },
  };

  reactor.onMessage(port, (message) => {
    const { id, call, args } = message as Command;
    const value = calls[call]?.(id, ...args);
    if (value !== undefined) tell({ id, value });
  });
  tell({ event: 'ready' });
  reactor.run();
  host.close();
  tell({ event: 'stopped' });
}
