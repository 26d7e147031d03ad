/** The same keepalived.conf by keepalived 2.2.7 and by us: afterwards the kernel must say the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundle.ts';
import { buildHatop } from './hatop.ts';
import { ORACLE_CASES } from './oracle-cases.ts';
import { type GuestOutcome, runGuest } from './uml.ts';

const CASES = ORACLE_CASES;
const ALL = Object.values(CASES)
  .map(({ conf }) => conf)
  .join('\n');

const script = (hatop: string): string => `
settled() { # until the table has as many lines as $1, at most 10 s
  for i in $(seq 100); do [ "$(ipvsadm-save -n | wc -l)" -ge "$1" ] && break; sleep 0.1; done
}
theirs() { # name, lines
  keepalived -C -D -l -n -f $JOB/$1.conf -p /run/k.pid -c /run/kc.pid -r /run/kv.pid >$1.keepalived.log 2>&1 &
  settled $2; ipvsadm-save -n >$1.theirs
  kill $!; wait $!
  ipvsadm -C
}
${Object.entries(CASES)
  .map(
    ([name, { lines }]) => `
theirs ${name} ${lines}
node apply.mjs $JOB/${name}.conf; ipvsadm-save -n >${name}.ours
ipvsadm -C`,
  )
  .join('\n')}
theirs all ${Object.values(CASES).reduce((sum, { lines }) => sum + lines, 0)}
${hatop} run -f $JOB/all.conf --state-dir /run/state --socket /run/hatop.sock >hatop.log 2>&1 &
settled $(wc -l <all.theirs); sleep 1; ipvsadm-save -n >all.ours
kill $!; wait $!; echo $? >hatop.status
ipvsadm-save -n >all.left
`;

let outcome: GuestOutcome;
const hatop = buildHatop();
const file = (name: string): string => outcome.files.get(name) ?? `no ${name}`;

beforeAll(async () => {
  const confs = Object.entries(CASES).map(([name, { conf }]) => [`${name}.conf`, conf] as const);
  outcome = await runGuest({
    files: { ...Object.fromEntries(confs), 'all.conf': ALL, 'apply.mjs': await bundle('guest-apply.ts') },
    script: script(hatop.run),
  });
});
afterAll(() => hatop.remove());

describe('ipvsadm-save -n after keepalived and after our table', () => {
  for (const [name, { title, lines }] of Object.entries(CASES)) {
    test(title, () => {
      expect(file(`${name}.theirs`).trim().split('\n')).toHaveLength(lines);
      expect(file(`${name}.ours`)).toBe(file(`${name}.theirs`));
    });
  }

  test('the programs had nothing to complain about', () => {
    expect(outcome.output).toBe('');
  });
});

describe('hatop run', () => {
  test('leaves the same table as keepalived with all of it', () => {
    expect(file('all.ours'), file('hatop.log')).toBe(file('all.theirs'));
  });

  test('takes its services along when it is stopped', () => {
    expect(file('all.left')).toBe('');
    expect(file('hatop.status').trim(), file('hatop.log')).toBe('0');
  });
});
