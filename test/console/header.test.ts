import { expect, test } from 'vitest';
import { initialModel } from '../../src/console/model.ts';
import { headerLines } from '../../src/console/panes/header.ts';
import { createTheme } from '../../src/console/theme.ts';
import { update } from '../../src/console/update.ts';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { busySnapshot } from './fixtures.ts';

const theme = createTheme({ colour: false, ascii: true });

function header(columns: number, links: string[], shown: Snapshot = busySnapshot()): string {
  const title = { mode: 'demo in the simulator', why: 'network namespaces need root' };
  const start = { at: 1000, columns, rows: 24, ascii: true, title, readOnly: false, links };
  const [model] = update(initialModel(start), {
    type: 'update',
    link: 0,
    update: { kind: 'snapshot', snapshot: shown },
    at: 1000,
  });
  return headerLines(model, theme).join('\n');
}

test('the header says where this is, and on a wide screen why', () => {
  expect(header(120, ['one'])).toContain('demo in the simulator (network namespaces need root)');
  expect(header(80, ['one'])).not.toContain('need root');
  expect(header(80, ['one'])).toContain('demo in the simulator');
});

test('of several nodes it names the one shown, of one its host', () => {
  expect(header(80, ['director a', 'director b'])).toContain('director a');
  expect(header(80, ['director a'])).not.toContain('director a');
  expect(header(80, ['director a'])).toContain(busySnapshot().host);
});

test('the data plane is named, and where there is room why it is this one', () => {
  const dataPlaneReason = 'this kernel has no IPVS';
  const shown: Snapshot = { ...busySnapshot(), dataPlane: 'nftables', dataPlaneReason };
  expect(header(120, ['one'], shown)).toContain(
    'data plane nftables - /etc/keepalived/keepalived.conf - this kernel has no IPVS',
  );
  expect(header(80, ['one'], shown)).toContain('data plane nftables - /etc/keepalived');
  expect(header(80, ['one'])).toContain(': this kernel has no ip_vs');
});
