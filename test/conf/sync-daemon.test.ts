/** `lvs_sync_daemon` and `lvs_timeouts`. */
import { describe, expect, test } from 'vitest';
import { brief, load, only } from './load.ts';

const INSTANCE = `vrrp_instance VI_1 {
 interface eth0
 virtual_router_id 51
 priority 100
 virtual_ipaddress { 10.0.0.100/24 }
}
`;
const globals = (line: string) => load(`${INSTANCE}global_defs {\n ${line}\n}\n`);
const daemon = (line: string) => globals(`lvs_sync_daemon ${line}`).configuration.global.syncDaemon;

describe('lvs_sync_daemon', () => {
  test('with an instance its id is the VRID; without, 0 and both daemons', () => {
    expect(daemon('eth1 inst VI_1')).toMatchObject({ interface: 'eth1', instance: 'VI_1', id: 51 });
    expect(daemon('eth1')).toMatchObject({ interface: 'eth1', instance: undefined, id: 0 });
    expect(globals('router_id x').configuration.global.syncDaemon).toBeUndefined();
  });

  test('with everything, and the instance bare as it was written once', () => {
    const all = { id: 7, maxLength: 1400, port: 8849, ttl: 2, group: '224.0.0.82' };
    const words = 'id 7 maxlen 1400 port 8849 ttl 2 group 224.0.0.82';
    expect(daemon(`eth1 inst VI_1 ${words}`)).toEqual({ interface: 'eth1', instance: 'VI_1', ...all });
    expect(daemon(`eth1 VI_1 ${words}`)).toEqual({ interface: 'eth1', instance: 'VI_1', ...all });
  });

  test('the id bare behind the instance, as it was written once', () => {
    const loaded = globals('lvs_sync_daemon eth1 VI_1 9 port 8849');
    expect(loaded.configuration.global.syncDaemon).toMatchObject({ instance: 'VI_1', id: 9, port: 8849 });
    expect(loaded.diagnostics).toMatchObject([
      { code: 'deprecated', severity: 'warning', hint: 'write `id 9`', span: { line: 8, column: 28 } },
    ]);
    expect(daemon('eth1 VI_1 9 id 10')?.id).toBe(10);
    const wrong = globals('lvs_sync_daemon eth1 VI_1 300');
    expect(wrong.configuration.global.syncDaemon?.id).toBe(51);
    expect(only(wrong).message).toBe('`id 300` is not a whole number within 0…255');
  });

  test('of two lines the first counts, as with keepalived', () => {
    const loaded = globals('lvs_sync_daemon eth1 inst VI_1\n lvs_sync_daemon eth2 id 9');
    expect(loaded.configuration.global.syncDaemon).toMatchObject({ interface: 'eth1', instance: 'VI_1', id: 51 });
    expect(only(loaded)).toMatchObject({
      code: 'duplicate',
      severity: 'warning',
      message: '`lvs_sync_daemon` stands on line 8 already',
      span: { line: 9 },
      hint: 'the first one counts, as in keepalived',
    });
  });

  test.each([
    ['eth1 inst VI_2', '`VI_2` for lvs_sync_daemon to follow', 'did you mean `VI_1`? both daemons run'],
    ['eth1 inst VI_1 id 256', '`id 256` is not a whole number within 0…255', 'it is ignored'],
    ['eth1 inst VI_1 group 10.0.0.1', '`10.0.0.1` is not a multicast address', '224.0.0.81'],
    ['eth1 inst VI_1 prot 3', 'unknown word `prot`', 'did you mean `port`?'],
    ['eth1 inst VI_1 ttl', '`ttl` needs a value', 'it is ignored'],
  ])('%s is told of', (line, message, hint) => {
    const { diagnostics } = globals(`lvs_sync_daemon ${line}`);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toContain(message);
    expect(diagnostics[0]?.hint).toContain(hint);
  });
});

describe('lvs_timeouts', () => {
  test('in seconds, each by itself', () => {
    const { configuration, diagnostics } = globals('lvs_timeouts tcp 7200 udp 300');
    expect(configuration.global.ipvsTimeouts).toEqual({ tcp: 7200, udp: 300 });
    expect(diagnostics).toEqual([]);
  });

  test('what is too long or unknown is told of, the rest holds', () => {
    const loaded = globals('lvs_timeouts tcp 2678401 tcpfin 60 ucp 5');
    expect(loaded.configuration.global.ipvsTimeouts).toEqual({ tcpFin: 60 });
    expect(brief(loaded)).toEqual([
      '8:19 warning out-of-range: `tcp 2678401` is not a whole number within 1…2678400',
      '8:37 warning bad-value: unknown word `ucp`',
    ]);
  });
});
