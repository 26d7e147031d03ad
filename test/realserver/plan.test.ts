import { describe, expect, test } from 'vitest';
import { ip } from '../../src/base/ip.ts';
import { describeStep, type Step } from '../../src/realserver/machine.ts';
import { planStart, planStop } from '../../src/realserver/plan.ts';
import { isEmpty } from '../../src/realserver/record.ts';
import { realServerStatus } from '../../src/realserver/status.ts';
import { FakeMachine, SECOND, SIX, VIP } from './fake-machine.ts';

const side = (...addresses: (typeof VIP)[]) => ({ addresses, interface: 'lo' });

function startSteps(machine: FakeMachine, ...addresses: (typeof VIP)[]): readonly Step[] {
  const planned = planStart(machine.view(), machine.record(), side(...addresses));
  if (!planned.ok) throw new Error(planned.error);
  return planned.value.steps;
}
const refusal = (machine: FakeMachine, name: string, ...addresses: (typeof VIP)[]): string => {
  const planned = planStart(machine.view(), machine.record(), { addresses, interface: name });
  return planned.ok ? 'no refusal' : planned.error;
};
const start = (machine: FakeMachine, ...addresses: (typeof VIP)[]): void =>
  machine.perform(startSteps(machine, ...addresses));
const stop = (machine: FakeMachine, addresses: readonly (typeof VIP)[] | 'all' = 'all'): readonly string[] => {
  const { steps, notes } = planStop(machine.view(), machine.record(), addresses);
  machine.perform(steps);
  return notes;
};
/** What the kernel holds, the record aside. */
const kernel = ({ addresses, routes, settings }: FakeMachine) => ({ addresses, routes, settings: [...settings] });
const stateOf = (machine: FakeMachine, ...addresses: (typeof VIP)[]): string =>
  realServerStatus(machine.view(), machine.record(), side(...addresses)).state;

describe('start', () => {
  test('records, then settings, then the address with its label and its route', () => {
    expect(startSteps(new FakeMachine(), VIP).map(describeStep)).toEqual([
      'write down what was there before',
      'set /proc/sys/net/ipv4/conf/all/arp_ignore to 1',
      'set /proc/sys/net/ipv4/conf/lo/arp_ignore to 1',
      'set /proc/sys/net/ipv4/conf/all/arp_announce to 2',
      'set /proc/sys/net/ipv4/conf/lo/arp_announce to 2',
      'add 10.0.0.100/32 to lo (label lo:0)',
      'add the host route to 10.0.0.100 by lo',
    ]);
  });

  test('twice: the second finds nothing to do', () => {
    const machine = new FakeMachine();
    start(machine, VIP);
    expect(startSteps(machine, VIP)).toEqual([]);
    expect(stateOf(machine, VIP)).toBe('running');
  });

  test('several addresses take the labels that are free', () => {
    const machine = new FakeMachine();
    machine.addresses.push({ interface: 'lo', address: ip('10.0.0.90'), prefix: 32, label: 'lo:0' });
    start(machine, VIP);
    start(machine, SECOND);
    expect(machine.addresses.slice(2).map(({ label }) => label)).toEqual(['lo:1', 'lo:2']);
  });

  test('IPv6 alone: the address, and nothing else', () => {
    const machine = new FakeMachine();
    expect(startSteps(machine, SIX).map(describeStep)).toEqual([
      'write down what was there before',
      'add 2001:db8::100/128 to lo',
    ]);
    start(machine, SIX);
    expect(stateOf(machine, SIX)).toBe('running');
  });

  test('a value that is good already is left alone, and not recorded', () => {
    const machine = new FakeMachine({ 'all arp_ignore': '2', 'lo arp_ignore': '1', 'all arp_announce': '2' });
    start(machine, VIP);
    expect(machine.record().settings).toEqual([{ path: 'net/ipv4/conf/lo/arp_announce', before: '0', wrote: '2' }]);
  });

  test('a label that the kernel would refuse is left out', () => {
    const machine = new FakeMachine();
    machine.interfaces.push({ name: 'dummy.of.servers', up: true, arp: false });
    const planned = planStart(machine.view(), machine.record(), { addresses: [VIP], interface: 'dummy.of.servers' });
    expect(planned.ok && planned.value.steps.find(({ kind }) => kind === 'add-address')).toMatchObject({
      label: undefined,
    });
  });

  test('where more than one interface is touched, that is said', () => {
    const machine = new FakeMachine();
    machine.interfaces.push({ name: 'eth1', up: true, arp: true });
    const planned = planStart(machine.view(), machine.record(), side(VIP));
    expect(planned.ok && planned.value.notes.join()).toMatch(/every interface of this machine \(eth0, eth1\)/);
  });
});

describe('start is refused', () => {
  test.each([
    ['eth0', VIP, /^eth0 answers ARP for every address/],
    ['lo7', VIP, /^there is no interface lo7; there are: lo, eth0$/],
    ['lo', ip('10.0.0.11'), /^10\.0\.0\.11 is on eth0 as \/24, which answers for it/],
  ])('on %s for %s', (name, address, words) => {
    expect(refusal(new FakeMachine(), name, address)).toMatch(words);
  });

  test('for an address that is there with a network around it', () => {
    const machine = new FakeMachine();
    machine.addresses.push({ interface: 'lo', address: VIP, prefix: 24 });
    expect(refusal(machine, 'lo', VIP)).toMatch(/ip address del 10\.0\.0\.100\/24 dev lo/);
  });

  test('on an interface that is down', () => {
    const machine = new FakeMachine();
    machine.interfaces[0] = { name: 'lo', up: false, arp: false };
    expect(refusal(machine, 'lo', VIP)).toBe('lo is down: ip link set lo up');
  });
});

describe('stop', () => {
  test('takes the address off first, then restores the settings', () => {
    const machine = new FakeMachine();
    start(machine, VIP);
    expect(planStop(machine.view(), machine.record(), 'all').steps.map(describeStep)).toEqual([
      'remove 10.0.0.100/32 from lo',
      'remove the host route to 10.0.0.100 by lo',
      'write down what was there before',
      'set /proc/sys/net/ipv4/conf/all/arp_ignore to 0',
      'set /proc/sys/net/ipv4/conf/lo/arp_ignore to 0',
      'set /proc/sys/net/ipv4/conf/all/arp_announce to 0',
      'set /proc/sys/net/ipv4/conf/lo/arp_announce to 0',
      'write down what was there before',
    ]);
  });

  test('the settings stay for as long as an address does', () => {
    const machine = new FakeMachine();
    start(machine, VIP, SECOND);
    stop(machine, [VIP]);
    expect(machine.get('all', 'arp_ignore')).toBe('1');
    expect([stateOf(machine, VIP), stateOf(machine, SECOND), stateOf(machine, VIP, SECOND)]).toEqual([
      'stopped',
      'running',
      'partial',
    ]);
    stop(machine, [SECOND]);
    expect(machine.get('all', 'arp_ignore')).toBe('0');
  });

  test('restores values that were not zero', () => {
    const machine = new FakeMachine({ 'all arp_announce': '1', 'lo arp_ignore': '3' });
    start(machine, VIP);
    expect([machine.get('all', 'arp_announce'), machine.get('lo', 'arp_ignore')]).toEqual(['2', '1']);
    stop(machine);
    expect([machine.get('all', 'arp_announce'), machine.get('lo', 'arp_ignore')]).toEqual(['1', '3']);
  });

  test('twice: the second finds nothing to do', () => {
    const machine = new FakeMachine();
    start(machine, VIP);
    stop(machine);
    expect(planStop(machine.view(), machine.record(), 'all')).toEqual({ steps: [], notes: [] });
  });

  test('what was there by hand stays, and is named', () => {
    const machine = new FakeMachine({ 'all arp_ignore': '1', 'all arp_announce': '2' });
    machine.addresses.push({ interface: 'lo', address: VIP, prefix: 32 });
    const before = structuredClone(kernel(machine));
    start(machine, VIP);
    expect(stateOf(machine, VIP)).toBe('running');
    expect(stop(machine, [VIP])).toEqual([
      '10.0.0.100 stays on lo: it was there before hatop (ip address del 10.0.0.100/32 dev lo)',
    ]);
    expect(kernel(machine)).toEqual(before);
  });

  test('a value that somebody else has changed since is left to him', () => {
    const machine = new FakeMachine();
    start(machine, VIP);
    machine.set('all', 'arp_ignore', '8');
    expect(stop(machine).join()).toMatch(/all\/arp_ignore stays 8: somebody else has changed it since/);
    expect(machine.get('all', 'arp_ignore')).toBe('8');
    expect(machine.get('lo', 'arp_ignore')).toBe('0');
  });
});

test('what was there before our first start is kept, whoever has changed it since', () => {
  const machine = new FakeMachine({ 'all arp_announce': '1' });
  start(machine, VIP);
  machine.set('all', 'arp_announce', '0');
  start(machine, VIP);
  stop(machine);
  expect(machine.get('all', 'arp_announce')).toBe('1');
});

describe('a crash between any two steps', () => {
  const before = { 'all arp_announce': '1', 'lo arp_ignore': '3' };
  const prepare = (): FakeMachine => {
    const machine = new FakeMachine(before);
    machine.addresses.push({ interface: 'lo', address: SECOND, prefix: 32, label: 'lo:0' });
    return machine;
  };
  const everything = [VIP, SECOND, SIX];
  const startLength = startSteps(prepare(), ...everything).length;
  const started = prepare();
  start(started, ...everything);
  const stopLength = planStop(started.view(), started.record(), 'all').steps.length;

  test.each(Array.from({ length: startLength + 1 }, (_, i) => i))('of start, after %i: stop undoes it', (died) => {
    const machine = prepare();
    machine.perform(startSteps(machine, ...everything), died);
    stop(machine);
    expect(kernel(machine)).toEqual(kernel(prepare()));
    expect(isEmpty(machine.record())).toBe(true);
  });

  test.each(Array.from({ length: startLength + 1 }, (_, i) => i))('of start, after %i: start ends it', (died) => {
    const machine = prepare();
    machine.perform(startSteps(machine, ...everything), died);
    start(machine, ...everything);
    expect(stateOf(machine, ...everything)).toBe('running');
    stop(machine);
    expect(kernel(machine)).toEqual(kernel(prepare()));
  });

  test.each(Array.from({ length: stopLength + 1 }, (_, i) => i))('of stop, after %i: stop ends it', (died) => {
    const machine = prepare();
    start(machine, ...everything);
    machine.perform(planStop(machine.view(), machine.record(), 'all').steps, died);
    stop(machine);
    expect(kernel(machine)).toEqual(kernel(prepare()));
    expect(isEmpty(machine.record())).toBe(true);
  });
});
