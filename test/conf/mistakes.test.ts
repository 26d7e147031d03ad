/** Mistakes met in real configurations: each has its exact message, and keepalived's leniency where it is harmless. */
import { describe, expect, test } from 'vitest';
import { brief, instance, load, only, rendered, service } from './load.ts';

/** The one line of `brief`, for a text with one thing wrong. */
const said = (text: string): string => {
  only(load(text));
  return brief(load(text))[0] ?? '';
};
const hintOf = (text: string): string | undefined => only(load(text)).hint;
const vi = (text: string) => load(text).configuration.instances[0];
const script = (lines: string): string => `vrrp_script chk {\n    script /bin/true\n${lines}\n}\n`;
const tracked = '    track_script {\n        chk\n    }';

describe('misspelt keywords', () => {
  test('`fail 1` for `fall 1`', () => {
    const text = script('    fail 1') + instance(tracked);
    expect(said(text)).toBe(
      '3:5 warning unknown-keyword: unknown keyword `fail` in `vrrp_script`; the line is ignored',
    );
    expect(hintOf(text)).toBe('did you mean `fall`?');
    expect(load(text).configuration.scripts[0]?.fall).toBe(1);
  });

  test.each([
    [instance('    lvs_sync_daemon_inteface eth0'), 'lvs_sync_daemon_interface'],
    [instance('    nopremept'), 'nopreempt'],
    [instance('    skip_check_adv_adr'), 'skip_check_adv_addr'],
    ['global_defs {\n    script_security\n}\n', 'enable_script_security'],
    [instance('    virtualaddress {\n 192.0.2.9\n }'), 'virtual_ipaddress'],
    [`${service('', 'TCP_CHECK { connetc_port 80 }')}`, 'connect_port'],
    [`${service('', 'TCP_CHEKC { connect_port 80 }')}`, 'TCP_CHECK'],
    [`${service('', 'tcp_check { connect_port 80 }')}`, 'TCP_CHECK'],
  ])('%s', (text, meant) => {
    expect(hintOf(text)).toBe(`did you mean \`${meant}\`?`);
  });

  test('an unknown block loses its own lines only', () => {
    const loaded = load(`vvrp_script chk {\n    script /x\n    weight { 3 }\n}\n${instance()}`);
    expect(only(loaded)).toMatchObject({
      code: 'unknown-block',
      severity: 'warning',
      message: 'unknown block `vvrp_script` here, outside all blocks; what is between its braces is skipped',
      hint: 'did you mean `vrrp_script`?',
    });
    expect(loaded.configuration.instances).toHaveLength(1);
  });

  test('a keyword that belongs elsewhere says where', () => {
    expect(said(instance('    weight 5'))).toBe(
      '2:5 warning misplaced-keyword: `weight` does not belong in `vrrp_instance`',
    );
    expect(hintOf(service('', 'TCP_CHECK { nb_get_retry 3 }'))).toBe('write `retry`');
    expect(hintOf(instance('    nat_mask 255.255.255.0'))).toContain('delete the line');
  });

  test('`nb_get_retry` in HTTP_GET still counts', () => {
    const text = service('', 'HTTP_GET {\n url {\n path /\n }\n nb_get_retry 4\n }');
    expect(only(load(text))).toMatchObject({ code: 'deprecated', hint: 'write retry' });
    expect(load(text).configuration.virtualServers[0]?.realServers[0]?.checks[0]?.retry).toBe(4);
  });

  test('a missing value is an error: keepalived would not start', () => {
    expect(said(instance().replace('priority 100', 'priority'))).toBe(
      '5:5 error missing-value: `priority` needs a value',
    );
    expect(only(load(instance('    track_script'))).code).toBe('missing-block');
  });
});

describe('states and priorities', () => {
  test('`state SLAVE`', () => {
    expect(said(instance('    state SLAVE'))).toBe('2:11 warning bad-value: unknown state `SLAVE`: BACKUP is used');
    expect(hintOf(instance('    state SLAVE'))).toBe('write `state BACKUP`');
    expect(hintOf(instance('    state master'))).toBe('write `state MASTER`');
    expect(hintOf(instance('    state BACKUP;'))).toBe('write `state BACKUP`');
    expect(vi(instance('    state SLAVE'))?.initialState).toBe('backup');
  });

  test('a second state is ignored', () => {
    expect(said(instance('    state BACKUP\n    state MASTER'))).toBe(
      '3:5 warning repeated: a second `state` is ignored',
    );
    expect(vi(instance('    state BACKUP\n    state MASTER'))?.initialState).toBe('backup');
  });

  test.each(['0', '256', '-1'])('priority %s', (priority) => {
    const text = instance().replace('priority 100', `priority ${priority}`);
    expect(said(text)).toBe(`5:14 error out-of-range: \`priority ${priority}\` is outside 1…255`);
    expect(hintOf(text)).toContain('100');
    expect(vi(text)?.priority).toBe(100);
  });

  test('state MASTER without a priority would be the address owner', () => {
    const text = instance('    state MASTER').replace('    priority 100\n', '');
    expect(only(load(text))).toMatchObject({ code: 'defaulted', severity: 'error', span: { line: 1, column: 15 } });
    expect(hintOf(text)).toContain('priority 150');
    expect(vi(text)?.priority).toBe(255);
    expect(vi(instance().replace('    priority 100\n', ''))?.priority).toBe(100);
  });

  test('nopreempt with state MASTER is cleared', () => {
    const text = instance('    state MASTER\n    nopreempt');
    expect(said(text)).toBe(
      '3:5 warning contradiction: `nopreempt` does not work with `state MASTER`: it is cleared, this node will preempt',
    );
    expect(vi(text)?.preempt).toBe(true);
    expect(vi(instance('    state BACKUP\n    nopreempt'))?.preempt).toBe(false);
    expect(vi(instance('    nopreempt').replace('100', '255'))?.preempt).toBe(true);
  });

  test('a weight means nothing to an address owner', () => {
    const text = script('    weight -20') + instance(tracked).replace('100', '255');
    expect(only(load(text))).toMatchObject({ code: 'contradiction', severity: 'warning' });
  });
});

describe('identity of a virtual router', () => {
  test('no VRID, VRID 0 and 256', () => {
    expect(said(instance().replace('    virtual_router_id 51\n', ''))).toBe(
      '1:15 error required: `VI_1` has no `virtual_router_id`',
    );
    for (const vrid of ['0', '256']) {
      const text = instance().replace('51', vrid);
      expect(said(text)).toBe(`4:23 error out-of-range: \`virtual_router_id ${vrid}\` is outside 1…255`);
      expect(load(text).configuration.instances).toEqual([]);
    }
  });

  test('no interface, unless there is a default one', () => {
    const text = instance().replace('    interface eth0\n', '');
    expect(said(text)).toBe('1:15 error required: `VI_1` has no `interface`');
    expect(vi(`global_defs {\n default_interface eth9\n}\n${text}`)?.interface).toBe('eth9');
  });

  test('one VRID twice on an interface', () => {
    const text = instance() + instance('', 'VI_2');
    expect(said(text)).toBe('10:1 error duplicate: `VI_1` and `VI_2` both use VRID 51 with IPv4 on `eth0`');
    expect(brief(load(instance() + instance('', 'VI_2').replace('eth0', 'eth1')))).toEqual([]);
  });

  test('one name twice', () => {
    const text = instance() + instance().replace('51', '52');
    expect(said(text)).toBe('10:1 error duplicate: vrrp_instance `VI_1` is defined twice, first on line 1');
    expect(load(text).configuration.instances.map((one) => one.vrid)).toEqual([51]);
  });

  test('no name', () => {
    expect(only(load('vrrp_instance {\n priority 1\n}\n'))).toMatchObject({ code: 'required', severity: 'error' });
  });
});

describe('authentication', () => {
  const auth = (lines: string): string => instance(`    authentication {\n${lines}\n    }`);

  test('a password of more than 8 characters is truncated, as on every other node', () => {
    const text = auth('        auth_type PASS\n        auth_pass verysecret');
    expect(said(text)).toBe('4:19 warning adjusted: `auth_pass` is longer than 8 characters: it is truncated');
    expect(vi(text)?.authentication).toEqual({ type: 'PASS', password: 'verysecr' });
  });

  test('a comment sign ends a password', () => {
    const text = auth('        auth_type PASS\n        auth_pass ab#cd');
    expect(only(load(text)).code).toBe('comment-in-value');
    expect(vi(text)?.authentication).toEqual({ type: 'PASS', password: 'ab' });
    expect(vi(auth('auth_type PASS\nauth_pass "ab#cd"'))?.authentication).toEqual({ type: 'PASS', password: 'ab#cd' });
  });

  test('an unknown type is an error; a type without password, or with version 3, is ignored', () => {
    expect(only(load(auth(' auth_type pass\n auth_pass abc')))).toMatchObject({ severity: 'error', code: 'bad-value' });
    expect(only(load(auth(' auth_type PASS')))).toMatchObject({ severity: 'warning', code: 'required' });
    const three = load(auth(' auth_type PASS\n auth_pass abc').replace('{\n', '{\n    version 3\n'));
    expect(three.diagnostics.map((one) => one.code)).toEqual(['contradiction']);
    expect(three.configuration.instances[0]).toMatchObject({ version: 3, authentication: { type: 'none' } });
  });
});

describe('addresses', () => {
  const vips = (lines: string): string => instance().replace('        192.0.2.10/24', lines);

  test('that are none', () => {
    expect(said(vips('  192.0.2.300/24\n  192.0.2.1'))).toBe(
      '7:3 error bad-address: `192.0.2.300` is not an IP address',
    );
    expect(vi(vips('  192.0.2.300/24\n  192.0.2.1'))?.addresses).toMatchObject([{ address: '192.0.2.1', prefix: 32 }]);
  });

  test('with an impossible length', () => {
    expect(said(vips('  192.0.2.1/33'))).toBe('7:3 warning out-of-range: `/33` is not a prefix length');
    expect(vi(vips('  192.0.2.1/33'))?.addresses[0]?.prefix).toBe(32);
  });

  test('two on one line', () => {
    expect(only(load(vips('  192.0.2.1 192.0.2.2')))).toMatchObject({
      severity: 'error',
      hint: 'one address on each line',
    });
  });

  test('of the other family', () => {
    const loaded = load(vips('  192.0.2.1\n  2001:db8::1'));
    expect(only(loaded)).toMatchObject({ code: 'contradiction', severity: 'warning', span: { line: 8 } });
    expect(load(vips('  2001:db8::1')).configuration.instances[0]).toMatchObject({ family: 6, version: 3 });
  });

  test('none at all, and too many', () => {
    expect(said(vips(''))).toBe('1:15 warning required: `VI_1` has no virtual address');
    const many = Array.from({ length: 257 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).join('\n');
    expect(vi(vips(many))?.addresses).toHaveLength(255);
    expect(vi(vips(many))?.excludedAddresses).toHaveLength(2);
  });

  test('of a virtual server on no instance', () => {
    const text =
      instance().replace('192.0.2.10/24', '172.20.0.248/16') + service().replace('192.0.2.10', '172.16.0.248');
    expect(said(text)).toBe(
      '10:1 warning address-on-no-instance: virtual_server address `172.16.0.248` is on no vrrp_instance',
    );
    expect(hintOf(text)).toContain('did you mean `172.20.0.248`?');
    expect(brief(load(instance() + service()))).toEqual([]);
    expect(brief(load(service()))).toEqual([]);
    expect(brief(load(`static_ipaddress {\n 192.0.2.10 dev lo\n}\n${vips(' 192.0.2.1')}${service()}`))).toEqual([]);
  });
});

describe('a virtual server on an address whose instance does not accept packets', () => {
  const on = (lines: string): string => instance(lines) + service();
  const DROPPED =
    'contradiction: packets to `192.0.2.10` are dropped on the master, for `VI_1` does not accept them: by IPVS this virtual_server gets none';

  test.each([
    ['no_accept', '10:1', 'write `accept` in `VI_1`'],
    ['strict_mode', '10:1', 'leave strict mode in `VI_1`, or write `version 3` and `accept`'],
    ['version 3\nstrict_mode', '11:1', 'write `accept` in `VI_1`'],
  ])('%j: said where the service is', (lines, place, hint) => {
    expect(said(on(lines))).toBe(`${place} warning ${DROPPED}`);
    expect(hintOf(on(lines))).toBe(hint);
  });

  test('not where it accepts, is the owner, or where the service is elsewhere; once for each address', () => {
    expect(brief(load(on('accept')))).toEqual([]);
    expect(brief(load(on('version 3\nstrict_mode\naccept')))).toEqual([]);
    expect(brief(load(on('no_accept').replace('priority 100', 'priority 255')))).toEqual([]);
    const other = instance('', 'VI_2').replaceAll('51', '52').replace('192.0.2.10', '192.0.2.11');
    expect(brief(load(`${instance('no_accept')}${other}${service().replace('192.0.2.10', '192.0.2.11')}`))).toEqual([]);
    const twice = on('no_accept') + service().replace('10 80', '10 443');
    expect(brief(load(twice)).filter((line) => line.includes(DROPPED))).toHaveLength(1);
    const excluded = on('no_accept').replace('virtual_ipaddress ', 'virtual_ipaddress_excluded ');
    expect(brief(load(excluded)).filter((line) => line.includes(DROPPED))).toHaveLength(1);
  });
});

describe('numbers', () => {
  test('advert_int: whole seconds in version 2, hundredths in version 3', () => {
    expect(said(instance('    advert_int 0.5'))).toBe(
      '2:5 warning adjusted: `advert_int 0.5`: version 2 has whole seconds',
    );
    expect(vi(instance('    advert_int 0.5'))?.adverInterval).toBe(1000);
    expect(vi(instance('    advert_int 1.6'))?.adverInterval).toBe(2000);
    expect(only(load(instance('    advert_int 0')))).toMatchObject({ code: 'out-of-range', severity: 'warning' });
    expect(vi(instance('    version 3\n    advert_int 0.25'))?.adverInterval).toBe(250);
    expect(vi(instance('    version 3\n    advert_int 60'))?.adverInterval).toBe(40_950);
  });

  test('what is no number leaves the default', () => {
    expect(said(instance('    advert_int one'))).toBe(
      '2:16 warning bad-value: `advert_int` needs a number of seconds, not `one`',
    );
    expect(vi(instance('    garp_master_repeat 0'))?.garp.repeat).toBe(1);
    expect(load(script('    rise 0\n    interval 0') + instance(tracked)).configuration.scripts[0]).toMatchObject({
      rise: 1,
      interval: 1,
    });
  });

  test('script weights', () => {
    const weight = (value: string) =>
      load(script(`    weight ${value}`) + instance(tracked)).configuration.instances[0]?.trackScripts[0];
    expect(weight('-254')).toMatchObject({ weight: -253 });
    expect(weight('300')).toMatchObject({ weight: 0 });
    expect(weight('10 reverse')).toEqual({ script: 'chk', weight: 10, reverse: true });
  });

  test("a weight where the script is tracked goes before the script's own", () => {
    const loaded = load(script('    weight 5') + instance('    track_script {\n        chk weight -30\n    }'));
    expect(loaded.diagnostics).toEqual([]);
    expect(loaded.configuration.instances[0]?.trackScripts).toEqual([{ script: 'chk', weight: -30, reverse: false }]);
  });
});

describe('references', () => {
  test('a tracked script that does not exist', () => {
    const text = script('') + instance('    track_script {\n        chkk\n        chk\n    }');
    expect(said(text)).toBe(
      '7:9 warning unknown-reference: track_script `chkk`: there is no such vrrp_script; it guards nothing'.replace(
        '6:',
        '7:',
      ),
    );
    expect(hintOf(text)).toBe('did you mean `chk`?');
  });

  test('a script that nobody tracks is worth an info', () => {
    expect(only(load(script('')))).toMatchObject({ code: 'unused', severity: 'info' });
  });

  test('group members that do not exist, and groups of one', () => {
    const text = `vrrp_sync_group G {\n    group {\n        VI_1\n        VI_2\n    }\n}\n${instance()}`;
    expect(brief(load(text))).toEqual([
      '1:17 warning required: sync group `G` has only one member',
      '4:9 warning unknown-reference: group `G`: there is no vrrp_instance `VI_2`',
    ]);
  });
});

describe('virtual servers', () => {
  const replaced = (from: string, to: string): string => service().replace(from, to);
  const first = (text: string) => load(text).configuration.virtualServers[0];

  test('`lb_kind dr` is refused: keepalived would take NAT', () => {
    const text = replaced('lb_kind DR', 'lb_kind dr');
    expect(said(text)).toBe('3:13 error bad-value: unknown forwarding method `dr`');
    expect(hintOf(text)).toContain('write `lb_kind DR`');
    expect(first(text)).toBeUndefined();
  });

  test('what is left out is said with what is used instead', () => {
    expect(said(replaced('    protocol TCP\n', ''))).toBe(
      '1:1 warning defaulted: the virtual server has no `protocol`: UDP is used',
    );
    expect(first(replaced('    protocol TCP\n', ''))?.protocol).toBe('udp');
    expect(first(replaced('    lb_algo wrr\n', ''))?.scheduler).toBe('wlc');
    expect(first(replaced('    lb_kind DR\n', ''))?.method).toBe('NAT');
  });

  test('an unknown scheduler becomes wlc, an unknown protocol nothing', () => {
    expect(said(replaced('wrr', 'WRR'))).toBe('2:13 warning bad-value: unknown scheduler `WRR`: wlc is used');
    expect(hintOf(replaced('wrr', 'WRR'))).toBe('did you mean `lb_algo wrr`?');
    expect(only(load(replaced('TCP', 'TPC')))).toMatchObject({ severity: 'error', code: 'bad-value' });
  });

  test('with DR the real server has the port of the service', () => {
    const text = replaced('192.0.2.21 80', '192.0.2.21 8080');
    expect(said(text)).toBe("6:28 warning adjusted: with DR the port of a real_server is the service's: 80 is used");
    expect(first(text)?.realServers[0]?.port).toBe(80);
    expect(first(text.replace('DR', 'NAT'))?.realServers[0]?.port).toBe(8080);
  });

  test('persistence without a value is 360 s, 0 is none', () => {
    expect(first(service('    persistence_timeout'))?.persistence).toBe(360_000);
    expect(only(load(service('    persistence_timeout 0'))).code).toBe('out-of-range');
    expect(first(service('    persistence_timeout 0'))?.persistence).toBeUndefined();
  });

  test('a quorum that cannot be reached is lowered', () => {
    expect(said(service('    quorum 5'))).toBe(
      '5:5 warning adjusted: `quorum 5` is more than the real servers weigh together, 1',
    );
    expect(first(service('    quorum 5'))?.quorum).toBe(1);
  });

  test('no real servers, the same one twice, one of the other family', () => {
    expect(only(load(service().replace(/ {4}real_server[\s\S]*?\n {4}\}\n/, '')))).toMatchObject({ code: 'required' });
    const twice = service('    real_server 192.0.2.21 80 {\n    }');
    expect(only(load(twice)).code).toBe('duplicate');
    expect(first(twice)?.realServers).toHaveLength(1);
    expect(load(replaced('192.0.2.21 80', '2001:db8::1 80')).diagnostics[0]?.severity).toBe('error');
  });

  test('no port, no address', () => {
    const allPorts = replaced('192.0.2.10 80', '192.0.2.10').replace('192.0.2.21 80', '192.0.2.21');
    expect(only(load(allPorts))).toMatchObject({ code: 'defaulted', severity: 'warning' });
    expect(first(allPorts)).toMatchObject({ endpoints: [{ port: 0 }], persistence: 360_000 });
    expect(only(load(replaced('192.0.2.10 80', 'www 80')))).toMatchObject({ code: 'bad-address' });
    expect(only(load(replaced('192.0.2.10 80', '192.0.2.10 http')))).toMatchObject({ code: 'bad-value' });
    expect(only(load(replaced('192.0.2.10 80', 'fwmark 0')))).toMatchObject({ code: 'bad-value' });
  });

  test('HTTP_GET: no url, a short digest, an impossible code', () => {
    expect(only(load(service('', 'HTTP_GET {\n }')))).toMatchObject({ code: 'required', severity: 'error' });
    const http = (line: string): string => service('', `HTTP_GET {\n url {\n ${line}\n }\n }`);
    expect(only(load(http('digest 12345'))).code).toBe('bad-value');
    expect(only(load(http('status_code 700'))).code).toBe('out-of-range');
    const [check] = first(http('status_code 700'))?.realServers[0]?.checks ?? [];
    expect(check).toMatchObject({ urls: [{ path: '/', statusCodes: [{ from: 200, to: 299 }] }] });
  });

  test('a real server weight beyond what IPVS takes is clamped', () => {
    expect(first(service('', 'weight 70000'))?.realServers[0]?.weight).toBe(65_535);
    expect(first(service('', 'weight 0'))?.realServers[0]?.weight).toBe(0);
  });
});

test('all problems of a file are reported, each with its place, its line and a caret', () => {
  const text = instance('    state SLAVE\n    priorty 5\n\tnopreempt 1').replace('51', '500');
  expect(
    rendered(load(text)),
  ).toBe(`/etc/keepalived/keepalived.conf:2:11: warning: unknown state \`SLAVE\`: BACKUP is used
      state SLAVE
            ^^^^^
  hint: write \`state BACKUP\`
/etc/keepalived/keepalived.conf:3:5: warning: unknown keyword \`priorty\` in \`vrrp_instance\`; the line is ignored
      priorty 5
      ^^^^^^^
  hint: did you mean \`priority\`?
/etc/keepalived/keepalived.conf:6:23: error: \`virtual_router_id 500\` is outside 1…255
      virtual_router_id 500
                        ^^^
  hint: the line is ignored`);
});
