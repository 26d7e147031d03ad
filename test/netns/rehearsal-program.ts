/** A rehearsal over the real machine, as a program: prints how many elections were won, and what went wrong. */
import { ip } from '../../src/base/ip.ts';
import { milliseconds, seconds } from '../../src/base/time.ts';
import type { RouterPlan } from '../../src/engine/router/messages.ts';
import { rehearse } from '../../src/engine/router/rehearsal.ts';
import { createReactor } from '../../src/linux/reactor.ts';
import { createVrrpHost } from '../../src/linux/vrrp-host.ts';

const vip = ip('10.9.0.100');
const plan: RouterPlan = {
  config: {
    name: 'VI_1',
    vrid: 51,
    interface: 'eth0',
    family: 4,
    version: 2,
    priority: 100,
    adverInterval: seconds(1),
    preempt: true,
    authentication: { type: 'none' },
    addresses: [vip],
    garp: { delay: seconds(5), repeat: 5, refresh: milliseconds(0), refreshRepeat: 1 },
    skipCheckAdvAddr: false,
    downTimerAdverts: 3,
    higherPrioSendAdvert: false,
    lowerPrioNoAdvert: false,
    checksumWithoutPseudoHeader: false,
  },
  group: null,
  held: [{ interface: 'eth0', address: vip, prefix: 24 }],
  sourceAddress: undefined,
  multicastGroup: ip('224.0.0.18'),
  unicastTtl: 255,
  trackedSessions: [],
  trackedInterfaces: [],
  initialFaults: [],
  initialTerms: [],
  admin: 'active',
  holdPreempt: false,
};

const host = createVrrpHost(createReactor());
if (!host.ok) throw new Error(`${host.error.what}: ${host.error.code}`);
let won = 0;
rehearse([plan], host.value, (report) => {
  if (report.type !== 'journal') return;
  if (report.entry.text.startsWith('backup → master')) won++;
  if (report.entry.severity !== 'info') console.log(`trouble: ${report.entry.text}`);
});
console.log(`won ${won}`);
host.value.close();
