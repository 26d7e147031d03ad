/** `hatop run` where it must not run: the exact exit code, what to do about it, and nothing half applied. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProcess } from '../../src/lab/process.ts';
import { HATOP } from '../interop/director.ts';
import { poll } from '../poll.ts';
import { CONF, finished, type Machine, machine, type RunOptions, SOON } from './run-support.ts';

interface Refusal {
  readonly options?: (machine: Machine) => RunOptions;
  readonly code: number;
  /** On the last line of standard error; FOLDER stands for the test's own. */
  readonly words: string;
  /** What else may be there afterwards. */
  readonly leaves?: readonly string[];
}

/** Root without the right to override what file modes say. */
const BOUND_BY_MODES = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];
const locked = ({ folder }: Machine): string => {
  mkdirSync(join(folder, 'locked'), { mode: 0o555 });
  return join(folder, 'locked', 'deep');
};

function hatopConf(folder: string, text: string): RunOptions {
  const file = join(folder, 'hatop.conf');
  writeFileSync(file, text);
  return { args: ['--hatop-conf', file] };
}

const REFUSALS: Record<string, Refusal> = {
  'a file that is cut off': {
    options: () => ({ conf: CONF.slice(0, CONF.indexOf('10.9.0.100')) }),
    code: 2,
    words: 'hatop: FOLDER/keepalived.conf has 2 errors: nothing was started',
  },
  'an instance without VRID': {
    options: () => ({ conf: CONF.replace(/ *virtual_router_id 51\n/, '') }),
    code: 2,
    words: 'hatop: FOLDER/keepalived.conf has 1 error: nothing was started',
  },
  'an interface that does not exist': {
    options: () => ({ conf: CONF.replaceAll('eth0', 'eth7') }),
    code: 2,
    words:
      'hatop: FOLDER/keepalived.conf:1: instance VI_1 wants interface eth7, which does not exist; there are: lo, eth0',
  },
  'an address on an interface that does not exist': {
    options: () => ({ conf: CONF.replace('dev eth0', 'dev eth7') }),
    code: 2,
    words:
      'hatop: FOLDER/keepalived.conf:1: instance VI_1 wants interface eth7, which does not exist; there are: lo, eth0',
  },
  'a word in hatop.conf that nobody knows': {
    options: ({ folder }) => hatopConf(folder, 'data_plan nftables\n'),
    code: 2,
    words: 'hatop: FOLDER/hatop.conf has 1 error: nothing was started',
    leaves: ['hatop.conf'],
  },
  'a hatop.conf that was asked for and is not there': {
    options: ({ folder }) => ({ args: ['--hatop-conf', join(folder, 'none.conf')] }),
    code: 2,
    words: 'hatop: FOLDER/none.conf has 1 error: nothing was started',
  },
  'no right to raw sockets': {
    options: () => ({ words: ['setpriv', '--bounding-set=-net_raw', '--inh-caps=-all'] }),
    code: 4,
    words: 'hatop: not permitted: CAP_NET_RAW (VRRP and ARP packets) missing; run it as root',
  },
  'a state directory that cannot be made': {
    options: (here) => ({ words: BOUND_BY_MODES, stateDir: locked(here) }),
    code: 4,
    words: 'hatop: make FOLDER/locked/deep: EACCES; choose another with --state-dir',
    leaves: ['locked'],
  },
  'a socket that cannot be made': {
    options: (here) => ({ words: BOUND_BY_MODES, socket: join(locked(here), 'control.sock') }),
    code: 4,
    words: 'hatop: cannot listen at FOLDER/locked/deep/control.sock: EACCES',
    leaves: ['locked', 'state'],
  },
  'a file where the socket should be': {
    options: ({ folder, socket }) => {
      writeFileSync(join(folder, 'control.sock'), 'precious');
      return { socket };
    },
    code: 2,
    words: 'hatop: FOLDER/control.sock is there and is no socket; choose another with --socket',
    leaves: ['control.sock', 'state'],
  },
  'intents that cannot be read': {
    options: ({ stateDir }) => {
      mkdirSync(stateDir);
      writeFileSync(join(stateDir, 'intents.json'), '{"schemaVersion":1,');
      return {};
    },
    code: 1,
    words:
      'hatop: FOLDER/state: intents.json is not JSON; move intents.json away to start without the stored drains and modes',
    leaves: ['state'],
  },
};

describe.concurrent('is refused', () => {
  test.for(Object.entries(REFUSALS))('%s', async ([, refusal], { onTestFinished }) => {
    const { options, code, words, leaves = [] } = refusal;
    const here = await machine(onTestFinished);
    const ended = await finished(here.run(options?.(here)));
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr.trimEnd().split('\n').at(-1)?.replaceAll(here.folder, 'FOLDER')).toBe(words);
    expect(ended.stdout).toBe('');
    expect(here.holdsVip()).toBe(false);
    expect(readdirSync(here.folder).sort()).toEqual(['keepalived.conf', ...leaves].sort());
  });
});

describe.concurrent('a second one', () => {
  test('in the same namespace is refused, and the first goes on', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const first = here.run();
    await first.waitFor(/control socket/);
    const second = await finished(here.run({ socket: `${here.socket}2`, stateDir: `${here.stateDir}2` }));
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(
      'another program holds a VRRP socket (protocol 112 or 51) in this network namespace',
    );
    expect(existsSync(`${here.socket}2`)).toBe(false);
    await first.waitFor(/VI_1: backup → master/);
    expect((await here.status()).instances[0]?.state).toBe('master');
  });

  test('elsewhere, with its state directory or at its socket, is refused, and the first goes on', async ({
    onTestFinished,
  }) => {
    const [here, there] = await Promise.all([machine(onTestFinished), machine(onTestFinished)]);
    const first = here.run();
    await first.waitFor(/control socket/);
    const sameState = await finished(there.run({ stateDir: here.stateDir }));
    expect(sameState).toMatchObject({
      code: 2,
      stderr: `hatop: another engine keeps its state in ${here.stateDir}; choose another with --state-dir\n`,
    });
    const sameSocket = await finished(there.run({ socket: here.socket }));
    expect(sameSocket).toMatchObject({
      code: 2,
      stderr: `hatop: another engine answers at ${here.socket}; stop it, or choose another with --socket\n`,
    });
    expect((await here.status()).engine.pid).toBe(first.pid);
    expect(there.holdsVip()).toBe(false);
  });

  test('a listener (hatop adverts) is nobody to be afraid of', async ({ onTestFinished }) => {
    const here = await machine(onTestFinished);
    const listener = startProcess([...HATOP, 'adverts'], { namespace: here.namespace });
    await poll(async () => (await here.exec('cat', '/proc/net/raw')).stdout, SOON).toContain(':0070');
    await here.master();
    expect(await listener.stop()).toBe('SIGTERM');
  });
});
