/** Links to other hatops, in `hatop status` and in the console's header. */
import { describe, expect, test } from 'vitest';
import { alertsOf } from '../../src/console/alerts.ts';
import { renderPlain } from '../../src/console/plain.ts';
import type { PeerSnapshot } from '../../src/control/snapshot.ts';
import { ago, snapshot } from './fixtures.ts';

const up = (given: Partial<PeerSnapshot> = {}): PeerSnapshot => ({
  name: 'n2',
  where: 'ssh root@10.0.0.2',
  state: 'up',
  since: ago(180_000),
  reason: '',
  host: 'beta',
  version: '0.1.0',
  clockAheadMs: -3,
  instances: [{ name: 'VI_1', state: 'backup', admin: 'active' }],
  ...given,
});
const down = (given: Partial<PeerSnapshot> = {}): PeerSnapshot => ({
  ...up({ host: null, version: null, clockAheadMs: null, instances: null }),
  state: 'down',
  reason: 'root@10.0.0.2: Permission denied (publickey).',
  ...given,
});
const statusLines = (...peers: PeerSnapshot[]): string[] =>
  renderPlain(snapshot({ peers }))
    .split('\n')
    .filter((line) => line.startsWith('peer '));

describe('a peer in status', () => {
  test.each<[string, PeerSnapshot, string]>([
    ['linked', up(), 'peer n2: linked for 3m, host beta, hatop 0.1.0, VI_1 backup'],
    [
      'in another mode, with a clock that is elsewhere',
      up({ clockAheadMs: 61_000, instances: [{ name: 'VI_1', state: 'master', admin: 'pinned' }] }),
      'peer n2: linked for 3m, host beta, hatop 0.1.0, its clock is 61s ahead, VI_1 master (pinned)',
    ],
    [
      'without a link',
      down(),
      'peer n2: NO LINK for 3m: root@10.0.0.2: Permission denied (publickey). (ssh root@10.0.0.2)',
    ],
    [
      'at the first attempt',
      down({ state: 'connecting', reason: '' }),
      'peer n2: connecting for 3m (ssh root@10.0.0.2)',
    ],
  ])('%s', (_, peer, line) => {
    expect(statusLines(peer)).toEqual([line]);
  });

  test('an engine that knows of no links has no line', () => {
    expect(statusLines()).toEqual([]);
  });

  test('what another machine says of itself moves no cursor', () => {
    expect(statusLines(up({ host: 'be\u001b[2Jta' }))[0]).not.toContain('\u001b');
  });
});

test('the header warns of peers that are not linked, after a split brain, and of no others', () => {
  const splitBrain = [{ vrid: 51, interface: 'eth0', senders: ['10.0.0.2'], cause: 'c' }];
  const alerts = alertsOf(
    snapshot({ splitBrain, peers: [up(), down({ name: 'n3' }), up({ name: 'n4', clockAheadMs: 9000 })] }),
  );
  expect(alerts.map(({ text, tone }) => [tone, text.slice(0, 11)])).toEqual([
    ['alarm', 'SPLIT BRAIN'],
    ['bad', 'peer n3: NO'],
    ['warn', 'peer n4: li'],
  ]);
});
