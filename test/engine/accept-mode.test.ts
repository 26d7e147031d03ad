/** Which instances answer on their addresses, and what is made of that. */
import { describe, expect, test } from 'vitest';
import { err, ok } from '../../src/base/result.ts';
import { wallTime } from '../../src/base/time.ts';
import { applyAcceptMode, refusedAddresses } from '../../src/engine/accept-mode.ts';
import type { Journal } from '../../src/engine/journal.ts';
import type { ServiceHost } from '../../src/ports/host.ts';
import { brief, instance, load } from '../conf/load.ts';

const configuration = (lines: string) => load(instance(lines)).configuration;
const accepts = (lines: string): boolean => configuration(lines).instances[0]!.accept;

describe('accept', () => {
  test.each([
    ['', true],
    ['no_accept', false],
    ['no_accept\naccept', true],
    ['accept\nno_accept', false],
    ['version 3\nno_accept', false],
    ['strict_mode', false],
    ['version 3\nstrict_mode\naccept', true],
    // The owner's own addresses are its own.
    ['priority 255\nno_accept', true],
    ['priority 255\nstrict_mode', true],
  ])('%j: %s', (lines, expected) => {
    // `instance` writes a priority of its own behind the lines.
    const text = instance(lines).replace(lines.includes('255') ? '    priority 100\n' : '\0', '');
    expect(load(text).configuration.instances[0]!.accept).toBe(expected);
  });

  test('strict version 2 has none, whatever is written', () => {
    expect(accepts('    strict_mode\n    accept')).toBe(false);
    expect(brief(load(instance('    strict_mode\n    accept')))).toEqual([
      '3:5 warning contradiction: `accept` does not work with version 2 in strict mode: the virtual addresses do not answer',
    ]);
  });
});

const EXCLUDED = '    virtual_ipaddress_excluded {\n        fd00::1 dev eth1\n    }';

describe('what is refused', () => {
  test('all addresses of instances without it, excluded ones too, each where it is', () => {
    expect(refusedAddresses(configuration(`    no_accept\n${EXCLUDED}`))).toEqual([
      { interface: 'eth0', address: '192.0.2.10' },
      { interface: 'eth1', address: 'fd00::1' },
    ]);
    expect(refusedAddresses(configuration(EXCLUDED))).toEqual([]);
  });

  test('where it cannot be, it is told with the reason', () => {
    const told: string[] = [];
    const journal = {
      write: ({ severity, text }: { severity: string; text: string }) => told.push(`${severity}: ${text}`),
    };
    const host = (refuse: () => ReturnType<NonNullable<ServiceHost['localDelivery']>['refuse']>) =>
      ({ clock: { wall: () => wallTime(0) }, localDelivery: { refuse } }) as unknown as ServiceHost;
    const quiet = configuration('    no_accept');
    applyAcceptMode(
      quiet,
      host(() => err('the program nft is not installed')),
      journal as unknown as Journal,
    );
    applyAcceptMode(
      quiet,
      host(() => ok(undefined)),
      journal as unknown as Journal,
    );
    expect(told).toEqual([
      'error: no_accept cannot be kept, packets to 192.0.2.10 are answered: the program nft is not installed',
    ]);
  });
});
