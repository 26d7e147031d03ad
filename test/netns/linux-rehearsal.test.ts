import { expect, test } from 'vitest';
import { createPair, ip } from './support.ts';

test('a rehearsal over the real machine: nothing on any wire, nothing in any table', async () => {
  const world = createPair();
  try {
    const program = await world.bundle('rehearsal-program.ts');
    const captures = ['lo', 'eth0'].map((name) =>
      world.start('a', 'tcpdump', '-l', '-n', '-i', name, 'arp or proto 112'),
    );
    for (const capture of captures) await capture.find((line) => line.includes('listening on'));
    const monitor = world.start('a', 'ip', 'monitor', 'link', 'address', 'route', 'neigh');
    const before = ip('-n', world.name('a'), 'address', 'show');
    const said = world.run('a', process.execPath, program);
    expect(Number(/^won (\d+)\n$/.exec(said)?.[1])).toBeGreaterThan(10);
    expect(ip('-n', world.name('a'), 'address', 'show')).toBe(before);
    // What ends the waiting is the first that they may have seen.
    ip('-n', world.name('a'), 'address', 'add', '10.9.0.77/24', 'dev', 'eth0');
    await monitor.find((line) => line.includes('10.9.0.77'));
    expect(monitor.seen[0]).toContain('10.9.0.77');
    for (const capture of captures) {
      process.kill(capture.pid, 'SIGINT');
      expect(await capture.find((line) => line.includes('received by filter'))).toBe('0 packets received by filter');
    }
  } finally {
    await world.close();
  }
});
