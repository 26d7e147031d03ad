/** Snapshots and their parts as tests want them: everything usual, and what differs by name. */
import type { AdvertObservation, JournalEvent } from '../../src/control/link.ts';
import type { OperationResult, Plan } from '../../src/control/operations.ts';
import type {
  CheckSnapshot,
  InstanceSnapshot,
  OperationSnapshot,
  RealServerSnapshot,
  ServiceSnapshot,
  Snapshot,
} from '../../src/control/snapshot.ts';

/** The engine's wall clock when the fixtures were taken. */
export const TAKEN_AT = '2026-03-14T02:26:53.589Z';
const TAKEN = Date.parse(TAKEN_AT);
export const ago = (ms: number): string => new Date(TAKEN - ms).toISOString();
export const ahead = (ms: number): string => ago(-ms);

export function instance(given: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return {
    name: 'VI_1',
    group: null,
    state: 'master',
    admin: 'active',
    leaseEndsAt: null,
    vrid: 51,
    interface: 'eth0',
    family: 4,
    version: 2,
    priority: { base: 150, effective: 150, terms: [] },
    preempt: true,
    master: null,
    virtualAddresses: [{ address: '10.0.0.100/24', interface: 'eth0', present: true }],
    since: ago(754_000),
    reason: 'nobody advertised for the master-down interval',
    faults: [],
    adverts: { sent: 754, received: 3, discarded: {} },
    adverIntervalMs: 1000,
    masterDownMs: 3414,
    skewMs: 414,
    ...given,
  };
}

export function realServer(given: Partial<RealServerSnapshot> = {}): RealServerSnapshot {
  return {
    address: '10.0.0.11',
    port: 80,
    weight: { configured: 3, effective: 3, kernel: 3 },
    admin: 'enabled',
    health: 'up',
    reason: 'HTTP_GET answered 200 in 4 ms',
    connections: { active: 42, inactive: 7, persistent: 0 },
    rates: { cps: 12, inBps: 34_000, outBps: 0 },
    checks: [],
    drain: null,
    ...given,
  };
}

export function check(given: Partial<CheckSnapshot> = {}): CheckSnapshot {
  return {
    kind: 'http',
    what: 'http://10.0.0.11:80/health',
    up: true,
    last: { at: ago(2000), good: true, reason: '200 OK', tookMs: 4 },
    nextRunAt: ahead(4000),
    retriesLeft: 3,
    sharedBy: 1,
    ...given,
  };
}

export function operation(given: Partial<OperationSnapshot> = {}): OperationSnapshot {
  const ended = given.result !== undefined && given.result !== null;
  return {
    id: '1',
    verb: 'failover',
    target: 'VI_1',
    by: 'root',
    startedAt: ago(1000),
    step: ended ? '10.0.0.2 is master of VI_1' : 'priority 0 sent, serving in silence until the successor speaks',
    result: null,
    endedAt: null,
    predicted: { takeOverMs: 609, gapMs: 5 },
    measured: ended ? { takeOverMs: 612, gapMs: 4.2 } : { takeOverMs: null, gapMs: null },
    ...given,
  };
}

export function service(given: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return {
    name: `${bracketed(given.address ?? '10.0.0.100')}:${given.port ?? 80}/${given.protocol ?? 'tcp'}`,
    address: '10.0.0.100',
    port: 80,
    endpoints: ['10.0.0.100:80/tcp'],
    protocol: 'tcp',
    fwmark: null,
    scheduler: 'wrr',
    method: 'DR',
    persistenceTimeout: null,
    quorum: { needed: 1, alive: 2, up: true },
    sorry: null,
    realServers: [realServer(), realServer({ address: '10.0.0.12' })],
    ...given,
  };
}

export function snapshot(given: Partial<Snapshot> = {}): Snapshot {
  return {
    schemaVersion: 1,
    host: 'alpha',
    takenAt: TAKEN_AT,
    engine: {
      version: '0.1.0',
      pid: 4242,
      startedAt: ago(760_000),
      mode: 'linux',
      config: '/etc/keepalived/keepalived.conf',
    },
    dataPlane: 'ipvs',
    dataPlaneReason: null,
    dataPlaneUse: null,
    instances: [instance()],
    services: [service()],
    splitBrain: [],
    operations: [],
    ...given,
  };
}

/** What an operator may meet at night: a master, a rescuing standby, a fault, a backup; a drain, a dead server; no ip_vs. */
export function busySnapshot(): Snapshot {
  return snapshot({
    dataPlane: 'none',
    dataPlaneReason: 'this kernel has no ip_vs module',
    operations: [
      operation({
        verb: 'drain',
        target: '10.0.0.12:80',
        startedAt: ago(30_010),
        endedAt: ago(30_000),
        result: 'OK',
        step: 'weight 3 → 0',
        by: 'root from 192.0.2.7',
        predicted: { takeOverMs: null, gapMs: null },
        measured: { takeOverMs: null, gapMs: null },
      }),
      operation({
        id: '2',
        target: 'VI_6',
        startedAt: ago(19_062),
        endedAt: ago(19_000),
        result: 'OK',
        step: 'fe80::5054:ff:fe12:3456 is master of VI_6',
        predicted: { takeOverMs: 61, gapMs: 5 },
        measured: { takeOverMs: 62, gapMs: 4.2 },
      }),
    ],
    instances: [
      instance(),
      instance({
        name: 'VI_2',
        state: 'backup',
        vrid: 52,
        interface: 'eth1',
        priority: { base: 100, effective: 80, terms: [{ source: 'chk_haproxy', value: -20 }] },
        master: { address: '10.0.1.2', priority: 150, lastAdvertAgoMs: 320 },
        virtualAddresses: [
          { address: '10.0.1.100/24', interface: 'eth1', present: false },
          { address: '10.0.1.101/24', interface: 'eth1', present: false },
        ],
        since: ago(8_100_000),
        reason: '10.0.1.2 advertises priority 150',
        adverts: { sent: 12, received: 8100, discarded: { ttl: 3, auth: 1 } },
      }),
      instance({
        name: 'VI_STORAGE',
        group: 'G1',
        state: 'fault',
        vrid: 60,
        interface: 'bond0.30',
        priority: { base: 120, effective: 0, terms: [] },
        virtualAddresses: [{ address: '10.0.30.100/24', interface: 'bond0.30', present: false }],
        since: ago(42_000),
        reason: 'bond0.30 is down',
        faults: ['bond0.30 is down', 'script chk_storage failed'],
      }),
      instance({
        name: 'VI_6',
        state: 'backup',
        admin: 'standby',
        leaseEndsAt: ahead(1_781_000),
        vrid: 66,
        family: 6,
        version: 3,
        priority: { base: 150, effective: 1, terms: [] },
        master: { address: 'fe80::5054:ff:fe12:3456', priority: 100, lastAdvertAgoMs: 40 },
        virtualAddresses: [{ address: '2001:db8::100/64', interface: 'eth0', present: false }],
        since: ago(19_000),
        reason: 'failed over by root',
        adverIntervalMs: 100,
        masterDownMs: 339,
        skewMs: 39,
      }),
    ],
    services: [
      service({
        realServers: [
          realServer({ checks: [check({ sharedBy: 2 })] }),
          realServer({
            address: '10.0.0.12',
            checks: [check({ what: 'http://10.0.0.12:80/health' })],
            weight: { configured: 3, effective: 0, kernel: 0 },
            admin: 'drain',
            connections: { active: 9, inactive: 31, persistent: 2 },
            rates: { cps: 0, inBps: 1200, outBps: 0 },
            drain: {
              startedAt: ago(30_000),
              arrivingCps: 0,
              etaMs: 84_000,
              why: 'waits for 9 active and 2 persistent connections',
            },
          }),
          realServer({
            address: '10.0.0.13',
            weight: { configured: 1, effective: 0, kernel: 0 },
            health: 'down',
            reason: 'HTTP_GET /health: connection refused',
            checks: [
              check({
                what: 'http://10.0.0.13:80/health',
                up: false,
                last: { at: ago(1200), good: false, reason: 'connection refused', tookMs: 0.4 },
                retriesLeft: 0,
              }),
            ],
            connections: { active: 0, inactive: 0, persistent: 0 },
            rates: { cps: 0, inBps: 0, outBps: 0 },
          }),
        ],
      }),
      service({
        address: '2001:db8::100',
        port: 443,
        scheduler: 'lc',
        persistenceTimeout: 300,
        quorum: { needed: 2, alive: 0, up: false },
        sorry: { address: '2001:db8::9', port: 443, active: true },
        realServers: [
          realServer({
            address: '2001:db8::11',
            port: 443,
            health: 'unknown',
            reason: 'not checked yet',
            checks: [
              check({ kind: 'tcp', what: 'tcp [2001:db8::11]:443', up: null, last: null, nextRunAt: null }),
              check({ sharedBy: 2 }),
            ],
            connections: null,
            rates: null,
            weight: { configured: 1, effective: 0, kernel: null },
          }),
        ],
      }),
    ],
  });
}

export function advert(given: Partial<AdvertObservation> = {}): AdvertObservation {
  return {
    at: ago(400),
    interface: 'eth1',
    direction: 'received',
    source: '10.0.1.2',
    vrid: 52,
    version: 2,
    priority: 150,
    adverIntervalMs: 1000,
    ttl: 255,
    addresses: ['10.0.1.100', '10.0.1.101'],
    verdict: 'valid',
    detail: '',
    gapMs: 1000.2,
    ...given,
  };
}

export function busyAdverts(): AdvertObservation[] {
  const sent: Partial<AdvertObservation> = {
    direction: 'sent',
    interface: 'eth0',
    source: '10.0.0.1',
    vrid: 51,
    addresses: ['10.0.0.100'],
  };
  return [
    advert({ at: ago(3600), gapMs: null }),
    advert({ at: ago(3200), ...sent }),
    advert({ at: ago(2600) }),
    advert({
      at: ago(2400),
      source: '10.0.1.77',
      ttl: 64,
      priority: 200,
      verdict: 'ttl',
      detail: 'TTL 64 instead of 255: it came through a router',
      gapMs: 2100,
    }),
    advert({ at: ago(2200), ...sent }),
    advert({ at: ago(1200), interface: 'eth0', source: '10.0.0.7', vrid: 70, priority: 0 }),
    advert({ at: ago(400), gapMs: 2200 }),
    advert({
      at: ago(40),
      interface: 'eth0',
      source: 'fe80::5054:ff:fe12:3456',
      vrid: 66,
      version: 3,
      priority: 100,
      adverIntervalMs: 100,
      gapMs: 100.4,
    }),
  ];
}

export function event(given: Partial<JournalEvent> = {}): JournalEvent {
  return {
    at: ago(1000),
    seq: 1,
    severity: 'info',
    kind: 'transition',
    subject: 'VI_1',
    text: 'backup → master',
    ...given,
  };
}

export function busyEvents(): JournalEvent[] {
  return [
    event({
      at: ago(760_000),
      seq: 1,
      kind: 'engine',
      subject: '',
      text: 'hatop 0.1.0 started with /etc/keepalived/keepalived.conf',
    }),
    event({
      at: ago(754_000),
      seq: 2,
      text: 'BACKUP → MASTER: nobody advertised for the master-down interval (3.41 s)',
    }),
    event({
      at: ago(42_000),
      seq: 3,
      severity: 'error',
      subject: 'VI_STORAGE',
      text: 'BACKUP → FAULT: bond0.30 is down',
    }),
    event({
      at: ago(30_000),
      seq: 4,
      kind: 'operation',
      subject: '10.0.0.12:80',
      text: 'drain OK: weight 3 → 0; by root from 192.0.2.7',
    }),
    event({
      at: ago(21_000),
      seq: 5,
      severity: 'warning',
      kind: 'health',
      subject: '10.0.0.13:80',
      text: 'up → down: HTTP_GET /health: connection refused',
    }),
    event({
      at: ago(19_000),
      seq: 6,
      kind: 'operation',
      subject: 'VI_6',
      text: 'failover OK: fe80::5054:ff:fe12:3456 is master after 62 ms, gap 4.2 ms',
    }),
  ];
}

export function plan(given: Partial<Plan> = {}): Plan {
  return {
    verb: 'failover',
    target: 'VI_1',
    title: 'Fail over VI_1 to 10.0.0.2 by silent push',
    command: 'hatop failover VI_1 --yes',
    checks: [
      { level: 'PASS', text: 'VI_1 is master here', remedy: null },
      {
        level: 'WARN',
        text: '10.0.0.2 answers ARP and advertised priority 100 754 s ago; whether its daemon runs is unknown',
        remedy: 'link the nodes to examine it; if it does not come, nothing is given away',
      },
      { level: 'PASS', text: 'nobody else advertises VRID 51', remedy: null },
      { level: 'PASS', text: 'no other MAC answers for 10.0.0.100/24', remedy: null },
      {
        level: 'PASS',
        text: 'this node stays in standby afterwards: it will not take it back by itself',
        remedy: null,
      },
      { level: 'PASS', text: 'in no sync group', remedy: null },
      { level: 'PASS', text: 'master for 754 s', remedy: null },
      { level: 'PASS', text: 'no other operation is under way', remedy: null },
    ],
    steps: [
      'send advert VRID 51 priority 0 on eth0',
      'then silence; keep 10.0.0.100/24 and go on serving',
      "at the successor's first advert: remove 10.0.0.100/24 from eth0, enter standby for 30 min",
      'nobody within 4.5 s: resume adverts of priority 150, result ROLLED_BACK',
    ],
    predicted: { takeOverMs: 609, gapMs: 5 },
    tier: 2,
    blocked: false,
    ...given,
  };
}

export function blockedPlan(): Plan {
  return plan({
    blocked: true,
    checks: [
      {
        level: 'BLOCK',
        text: 'split brain: 10.0.0.3 advertises too (it does not hear us)',
        remedy: 'mend the disagreement first',
      },
      { level: 'UNKNOWN', text: 'no other node has been heard: backups are silent', remedy: 'nothing to do' },
    ],
  });
}

export function result(given: Partial<OperationResult> = {}): OperationResult {
  return {
    id: '20260314022653589-1',
    verb: 'failover',
    target: 'VI_1',
    result: 'OK',
    text: '10.0.0.2 is master of VI_1 after 612 ms, gap 4.2 ms; this node is in standby',
    predicted: { takeOverMs: 609, gapMs: 5 },
    measured: { takeOverMs: 612, gapMs: 4.2, noiseMs: 2 },
    startedAt: ago(700),
    endedAt: ago(88),
    ...given,
  };
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
