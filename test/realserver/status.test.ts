import { describe, expect, test } from 'vitest';
import { planStart } from '../../src/realserver/plan.ts';
import { decodeRecord, emptyRecord, encodeRecord, inThisLife } from '../../src/realserver/record.ts';
import { realServerStatus } from '../../src/realserver/status.ts';
import { FakeMachine, LIFE, SECOND, VIP } from './fake-machine.ts';

const SIDE = { addresses: [VIP], interface: 'lo' };
function running(): FakeMachine {
  const machine = new FakeMachine();
  const planned = planStart(machine.view(), machine.record(), SIDE);
  if (!planned.ok) throw new Error(planned.error);
  machine.perform(planned.value.steps);
  return machine;
}
const lines = (machine: FakeMachine): string[] =>
  realServerStatus(machine.view(), machine.record(), SIDE).missing.map(({ what, remedy }) => `${what}: ${remedy}`);

describe('status', () => {
  test('running has nothing missing', () => {
    expect(realServerStatus(running().view(), emptyRecord(LIFE), SIDE)).toEqual({ state: 'running', missing: [] });
  });

  test('stopped names everything', () => {
    const machine = new FakeMachine();
    expect(realServerStatus(machine.view(), machine.record(), SIDE).state).toBe('stopped');
    expect(lines(machine)).toEqual([
      'arp_ignore of all is 0, not 1: hatop realserver start 10.0.0.100',
      'arp_ignore of lo is 0, not 1: hatop realserver start 10.0.0.100',
      'arp_announce of all is 0, not 2: hatop realserver start 10.0.0.100',
      'arp_announce of lo is 0, not 2: hatop realserver start 10.0.0.100',
      '10.0.0.100/32 is not on lo: hatop realserver start 10.0.0.100',
    ]);
  });

  test.each<[string, (machine: FakeMachine) => void, string]>([
    [
      'a setting that was taken back',
      (machine) => machine.set('all', 'arp_ignore', '0'),
      'arp_ignore of all is 0, not 1: hatop realserver start 10.0.0.100',
    ],
    [
      'an interface that outdoes all',
      (machine) => machine.set('eth0', 'arp_ignore', '4'),
      'arp_ignore of eth0 is 4, which outdoes that of all (1): echo 1 > /proc/sys/net/ipv4/conf/eth0/arp_ignore',
    ],
    [
      'the route',
      (machine) => {
        machine.routes = [];
      },
      'the host route to 10.0.0.100 by lo is missing: hatop realserver start 10.0.0.100',
    ],
    [
      'the address on an interface that answers for it',
      (machine) => void machine.addresses.push({ interface: 'eth0', address: VIP, prefix: 24 }),
      '10.0.0.100/24 is on eth0: ip address del 10.0.0.100/24 dev eth0',
    ],
    [
      'the interface',
      (machine) => {
        machine.interfaces[0] = { name: 'lo', up: false, arp: false };
      },
      'lo is down: ip link set lo up',
    ],
  ])('partial names %s', (_, spoil, line) => {
    const machine = running();
    spoil(machine);
    expect(realServerStatus(machine.view(), machine.record(), SIDE).state).toBe('partial');
    expect(lines(machine)).toEqual([line]);
  });

  test('what a crash has left is partial, not stopped', () => {
    const machine = new FakeMachine();
    const planned = planStart(machine.view(), machine.record(), SIDE);
    if (planned.ok) machine.perform(planned.value.steps, 2);
    expect(realServerStatus(machine.view(), machine.record(), SIDE).state).toBe('partial');
    expect(realServerStatus(machine.view(), machine.record(), { ...SIDE, addresses: [SECOND] }).state).toBe('stopped');
  });
});

test('settings that a stop cut off has left are partial', () => {
  const machine = running();
  const { settings, life } = machine.record();
  machine.addresses = machine.addresses.filter(({ address }) => address !== VIP);
  const record = { ...emptyRecord(life), settings };
  expect(realServerStatus(machine.view(), record, SIDE).state).toBe('partial');
});

describe('the record', () => {
  test('is read as it was written', () => {
    const record = running().record();
    expect(record.settings).toHaveLength(4);
    expect(decodeRecord(encodeRecord(record))).toEqual({ ok: true, value: record });
  });

  test('of another boot or namespace says nothing of this one', () => {
    const record = running().record();
    expect(inThisLife(record, LIFE)).toBe(record);
    expect(inThisLife(record, 'boot-2 net:[1]')).toEqual(emptyRecord('boot-2 net:[1]'));
    expect(inThisLife(undefined, LIFE)).toEqual(emptyRecord(LIFE));
  });

  test.each([
    ['{', 'it is not JSON'],
    ['{"schemaVersion":2}', 'it is not of version 1'],
    ['{"schemaVersion":1,"life":"x","settings":[]}', 'a part of it is missing or of another kind'],
    [
      '{"schemaVersion":1,"life":"x","settings":[{"path":"../kernel/core_pattern","before":"0","wrote":"1"}],"addresses":[]}',
      'a part of it is missing or of another kind',
    ],
    [
      '{"schemaVersion":1,"life":"x","settings":[{"path":"net/ipv4/conf/../x","before":"0","wrote":"1"}],"addresses":[]}',
      'a part of it is missing or of another kind',
    ],
  ])('%s is refused: %s', (text, words) => {
    expect(decodeRecord(text)).toEqual({ ok: false, error: words });
  });
});
