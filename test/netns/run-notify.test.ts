/** What scripts and FIFOs are told: `hatop run` and keepalived 2.2.7, each alone with the same configuration. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type LabProcess, startProcess } from '../../src/lab/process.ts';
import { poll } from '../poll.ts';
import { startKeepalived } from './keepalived-checkers.ts';
import { CONF, type Machine, machine } from './run-support.ts';

const configuration = (folder: string): string => {
  const notify = `${folder}/notify.sh`;
  const states = ['master', 'backup', 'fault', 'stop'].map((state) => `notify_${state} "${notify} own ${state}"`);
  return `global_defs {
  script_user root
  notify_fifo ${folder}/all
  vrrp_notify_fifo ${folder}/vrrp
  lvs_notify_fifo ${folder}/lvs
}
${CONF.replace('state MASTER', `state MASTER\n${states.join('\n')}\nnotify "${notify} any"`)}
virtual_server 10.9.0.100 80 {
  delay_loop 1
  warmup 0
  retry 0
  connect_timeout 1
  lb_algo rr
  lb_kind DR
  protocol TCP
  omega
  quorum 2
  quorum_up "${notify} quorum up"
  quorum_down "${notify} quorum down"
  real_server 127.0.1.1 80 {
    weight 2
    notify_up "${notify} first up"
    notify_down "${notify} first down"
    TCP_CHECK {
      connect_port 9
    }
  }
  real_server 127.0.1.2 80 {
    alpha
    notify_up "${notify} second up"
    notify_down "${notify} second down"
    PING_CHECK {
    }
  }
}
`;
};

interface Told {
  readonly all: readonly string[];
  readonly vrrp: readonly string[];
  readonly lvs: readonly string[];
  /** Sorted: keepalived starts them side by side. */
  readonly scripts: readonly string[];
}

async function told(there: Machine, start: (conf: string) => LabProcess): Promise<Told> {
  const { folder } = there;
  writeFileSync(join(folder, 'notify.sh'), `#!/bin/sh\necho "$@" >> ${folder}/scripts\n`);
  chmodSync(join(folder, 'notify.sh'), 0o755);
  const names = ['all', 'vrrp', 'lvs'] as const;
  for (const name of names) await there.exec('mkfifo', join(folder, name));
  const readers = names.map((name) => startProcess(['cat', join(folder, name)]));
  onTestFinished(() => Promise.all(readers.map((reader) => reader.stop())).then(() => {}));
  const lines = () => readers.map((reader) => reader.lines.map(({ text }) => text));

  const program = start(configuration(folder));
  onTestFinished(() => program.stop().then(() => {}));
  await poll(() => lines()[0], { timeout: 30_000 }).toEqual(expect.arrayContaining([expect.stringMatching(/MASTER/)]));
  await poll(() => lines()[2]?.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
  await program.stop();
  await poll(() => lines()[0]?.filter((line) => /STOP|VS .*DOWN/.test(line)).length, {
    timeout: 15_000,
  }).toBeGreaterThan(1);
  const [all = [], vrrp = [], lvs = []] = lines();
  const scripts = readFileSync(join(folder, 'scripts'), 'utf8').trim().split('\n').sort();
  return { all: all.toSorted(), vrrp, lvs, scripts };
}

test('scripts and FIFOs are told what keepalived tells them', async () => {
  const [ours, theirs] = await Promise.all([machine(onTestFinished), machine(onTestFinished)]);
  const [hatop, keepalived] = await Promise.all([
    told(ours, (conf) => ours.run({ conf })),
    told(theirs, (conf) => startKeepalived(theirs.namespace, theirs.folder, conf)),
  ]);
  expect(keepalived.vrrp).toEqual(['BACKUP', 'MASTER', 'STOP'].map((state) => `INSTANCE "VI_1" ${state} 254`));
  expect(hatop).toEqual(keepalived);
}, 120_000);
