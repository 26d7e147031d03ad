import { describe, expect, test } from 'vitest';
import { balancedServiceConf, guardedServiceConf } from '../../src/lab/configurations.ts';
import { namespacesOf, topology } from '../../src/lab/topology.ts';

const lab = topology('t1');

describe('the topology', () => {
  test('its namespaces carry its id, one each and one for the switch', () => {
    const names = namespacesOf(lab);
    expect(new Set(names).size).toBe(6);
    for (const name of names) expect(name).toMatch(/^hatop-t1-/);
  });

  test('an id that would not be a name is refused', () => {
    expect(() => topology('a b')).toThrow(/lower-case letters and digits/);
  });
});

describe('the configurations', () => {
  test('the pair that guards a service: the settings from the field', () => {
    expect(guardedServiceConf(lab, 'a')).toContain('    state MASTER\n');
    expect(guardedServiceConf(lab, 'a')).toMatch(/priority 254\n\s*advert_int 2\n\s*mcast_src_ip 10\.77\.0\.1\n/);
    expect(guardedServiceConf(lab, 'b')).toMatch(/state BACKUP\n[^}]*priority 100\n/);
    expect(guardedServiceConf(lab, 'b')).not.toContain('track_script');
  });

  test('nopreempt makes its director start as backup', () => {
    expect(guardedServiceConf(lab, 'a', { nopreempt: ['a'] })).toMatch(/state BACKUP\n[^}]*nopreempt\n/);
    expect(guardedServiceConf(lab, 'b', { nopreempt: ['a'] })).not.toContain('nopreempt');
  });

  test('every brace is closed', () => {
    const text = guardedServiceConf(lab, 'a', { checkScript: () => '/usr/bin/true' }) + balancedServiceConf(lab);
    expect(text.match(/{/g)?.length).toBe(text.match(/}/g)?.length);
  });
});
