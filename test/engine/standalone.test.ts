/** A director without VRRP, planned on a machine and a table in memory. */
import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { ok } from '../../src/base/result.ts';
import { loadConfiguration } from '../../src/conf/load.ts';
import { type Phase, planDirectorStart, planDirectorStop } from '../../src/engine/standalone/plan.ts';
import { directorStatus } from '../../src/engine/standalone/status.ts';
import { directorWant } from '../../src/engine/standalone/want.ts';
import { serviceName, type TableDump } from '../../src/ipvs/types.ts';
import { describeStep } from '../../src/realserver/machine.ts';
import { isEmpty } from '../../src/realserver/record.ts';
import { FakeMachine } from '../realserver/fake-machine.ts';

const CONF = (kind: string): string => `virtual_server 10.0.0.100 80 {
    lb_algo wrr
    lb_kind ${kind}
    protocol TCP
    real_server 10.0.0.11 80 {
        weight 3
    }
    real_server 10.0.0.12 80 {
        weight 1
    }
}
`;
const FORWARD = 'net/ipv4/ip_forward';
const FOREIGN: TableDump = [
  {
    address: ip('192.0.2.1'),
    port: 53,
    protocol: 'udp',
    scheduler: 'rr',
    destinations: [],
    counters: { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n },
  },
];

function machineWith(forward = '0'): FakeMachine {
  const machine = new FakeMachine();
  machine.addresses[0] = { interface: 'eth0', address: ip('10.0.0.1'), prefix: 24 };
  machine.settings.set(FORWARD, forward);
  return machine;
}
function want(machine: FakeMachine, text: string, name?: string) {
  const { configuration } = loadConfiguration('k.conf', () => ok(text));
  const found = directorWant(configuration, machine.view(), name);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}
function start(machine: FakeMachine, text: string, dump: TableDump = FOREIGN): Phase[] {
  const planned = planDirectorStart(machine.view(), dump, machine.record(), want(machine, text));
  if (!planned.ok) throw new Error(planned.error);
  return planned.value;
}
const words = (phases: readonly Phase[]): string[] =>
  phases.flatMap((phase) =>
    phase.kind === 'machine'
      ? phase.steps.map(describeStep)
      : phase.operations.map(({ kind, service }) => `${kind} ${serviceName(service)}`),
  );
const perform = (machine: FakeMachine, phases: readonly Phase[]): void => {
  for (const phase of phases) if (phase.kind === 'machine') machine.perform(phase.steps);
};
/** As the kernel would list what was asked for. */
const dumpOf = (machine: FakeMachine, text: string): TableDump =>
  want(machine, text).services.map((service) => ({
    ...service,
    counters: FOREIGN[0]!.counters,
    destinations: service.destinations.map((one) => ({
      ...one,
      activeConnections: 0,
      inactiveConnections: 0,
      persistentConnections: 0,
      counters: FOREIGN[0]!.counters,
    })),
  }));

describe('start and stop', () => {
  test('direct routing: services before the address, no forwarding; and back', () => {
    const machine = machineWith();
    const phases = start(machine, CONF('DR'));
    expect(words(phases)).toEqual([
      'write down what was there before',
      'add-service 10.0.0.100:80/tcp',
      'add-destination 10.0.0.100:80/tcp',
      'add-destination 10.0.0.100:80/tcp',
      'add 10.0.0.100/32 to eth0 (label eth0:0)',
      'write down what was there before',
    ]);
    perform(machine, phases);
    const dump = [...FOREIGN, ...dumpOf(machine, CONF('DR'))];
    expect(words(planDirectorStop(machine.view(), dump, machine.record()))).toEqual([
      'remove 10.0.0.100/32 from eth0',
      'delete-service 10.0.0.100:80/tcp',
      'write down what was there before',
    ]);
  });

  test.each([['0'], ['1']])('NAT needs forwarding, which becomes %s again', (before) => {
    const machine = machineWith(before);
    perform(machine, start(machine, CONF('NAT')));
    expect(machine.settings.get(FORWARD)).toBe('1');
    perform(machine, start(machine, CONF('NAT'), dumpOf(machine, CONF('NAT'))));
    perform(machine, planDirectorStop(machine.view(), FOREIGN, machine.record()));
    expect(machine.settings.get(FORWARD)).toBe(before);
    expect(machine.addresses).toHaveLength(1);
    expect(isEmpty(machine.record())).toBe(true);
  });

  test('an address that was there by hand stays', () => {
    const machine = machineWith();
    machine.addresses.push({ interface: 'eth0', address: ip('10.0.0.100'), prefix: 24 });
    perform(machine, start(machine, CONF('DR')));
    perform(machine, planDirectorStop(machine.view(), FOREIGN, machine.record()));
    expect(machine.addresses).toHaveLength(2);
  });

  test('a file that has changed: what is no longer in it goes', () => {
    const machine = machineWith();
    perform(machine, start(machine, CONF('DR')));
    const phases = start(machine, CONF('DR').replace('10.0.0.100', '10.0.0.101'), dumpOf(machine, CONF('DR')));
    expect(words(phases)).toContain('delete-service 10.0.0.100:80/tcp');
    perform(machine, phases);
    expect(machine.addresses.map(({ address }) => address)).toEqual(['10.0.0.1', '10.0.0.101']);
  });
});

describe('is refused', () => {
  const refusal = (machine: FakeMachine, dump: TableDump = []): string => {
    const planned = planDirectorStart(machine.view(), dump, machine.record(), want(machine, CONF('DR')));
    return planned.ok ? 'no refusal' : planned.error;
  };

  test('where somebody else has the service', () => {
    const machine = machineWith();
    expect(refusal(machine, dumpOf(machine, CONF('DR')))).toMatch(
      /^10\.0\.0\.100:80\/tcp is in the kernel's table already/,
    );
  });

  test('where the address is on another interface', () => {
    const machine = machineWith();
    machine.addresses.push({ interface: 'lo', address: ip('10.0.0.100'), prefix: 32 });
    expect(refusal(machine)).toBe('10.0.0.100 is on lo already: remove it there first');
  });

  test('an address that belongs nowhere', () => {
    const machine = machineWith();
    const elsewhere = CONF('DR').replace('10.0.0.100', '172.16.0.1');
    expect(() => want(machine, elsewhere)).toThrow('k.conf:1: 172.16.0.1 is on no instance');
    expect(want(machine, elsewhere, 'eth0').addresses).toMatchObject([{ interface: 'eth0', prefix: 32 }]);
    expect(() => want(machine, elsewhere, 'eth7')).toThrow('172.16.0.1 is to be on eth7, which does not exist');
  });
});

describe('status', () => {
  const status = (machine: FakeMachine, dump: TableDump) =>
    directorStatus(machine.view(), dump, machine.record(), want(machine, CONF('NAT')));

  test('stopped, running, and partial with every part', () => {
    const machine = machineWith();
    expect(status(machine, FOREIGN).state).toBe('stopped');
    perform(machine, start(machine, CONF('NAT')));
    const dump = dumpOf(machine, CONF('NAT'));
    expect(status(machine, dump)).toEqual({ state: 'running', missing: [] });
    machine.settings.set(FORWARD, '0');
    machine.addresses = machine.addresses.slice(0, 1);
    const heavier = dump.map((one) => ({
      ...one,
      destinations: one.destinations.map((d) => ({ ...d, weight: 5 })).slice(1),
    }));
    expect(status(machine, heavier)).toEqual({
      state: 'partial',
      missing: [
        '10.0.0.100/32 is not on eth0',
        '/proc/sys/net/ipv4/ip_forward is not 1, which NAT needs',
        '10.0.0.11:80 was removed from 10.0.0.100:80/tcp by somebody else',
        'weight of 10.0.0.12:80 in 10.0.0.100:80/tcp was changed by somebody else: 1 → 5',
      ],
    });
    expect(status(machine, FOREIGN)).toMatchObject({ state: 'partial' });
  });
});
