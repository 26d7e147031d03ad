import { describe, expect, test } from 'vitest';
import { brief, load } from './load.ts';

const conf = (group: string, first = ''): string => `vrrp_script chk {\n script "/bin/chk"\n}
vrrp_script other {\n script "/bin/other"\n weight 5\n}
vrrp_sync_group G {\n group {\n  A\n  B\n }\n ${group}\n}
vrrp_instance A {\n interface eth0\n virtual_router_id 51\n priority 100\n virtual_ipaddress { 10.0.0.100/24 }\n ${first}\n}
vrrp_instance B {\n interface eth1\n virtual_router_id 52\n priority 100\n virtual_ipaddress { 10.1.0.100/24 }\n}
`;
const quiet = (text: string): string[] => brief(load(text)).filter((line) => !line.includes('is never run'));

describe('what guards a sync group', () => {
  test('guards each member', () => {
    const { instances } = load(
      conf('track_script { chk weight -20 }\n track_interface { eth2 weight 7 }'),
    ).configuration;
    for (const { trackScripts, trackInterfaces } of instances) {
      expect(trackScripts).toEqual([{ script: 'chk', weight: -20, reverse: false }]);
      expect(trackInterfaces).toEqual([{ interface: 'eth2', weight: 7, reverse: false }]);
    }
  });

  test("takes a member's own weighted scripts away, and says so", () => {
    const text = conf('track_script { chk }', 'track_script { other }');
    expect(
      load(text).configuration.instances.map(({ trackScripts }) => trackScripts.map(({ script }) => script)),
    ).toEqual([['chk'], ['chk']]);
    expect(quiet(text)).toEqual([
      '15:1 warning contradiction: the weight of `other` is ignored: `A` is in sync group `G`',
    ]);
  });

  test('unless the group allows them, or they have no weight', () => {
    const allowed = conf('sync_group_tracking_weight', 'track_script { other }');
    expect(load(allowed).configuration.instances[0]?.trackScripts.map(({ weight }) => weight)).toEqual([5]);
    const plain = conf('', 'track_script { chk }');
    expect(load(plain).configuration.instances[0]?.trackScripts.map(({ weight }) => weight)).toEqual([0]);
    expect(quiet(allowed)).toEqual([]);
    expect(quiet(plain)).toEqual([]);
  });

  test('one script that both name is tracked once', () => {
    const text = conf('track_script { chk }', 'track_script { chk }');
    expect(load(text).configuration.instances[0]?.trackScripts).toEqual([{ script: 'chk', weight: 0, reverse: false }]);
  });
});
