import { expect, test } from 'vitest';
import { renderPlain } from '../../src/console/plain.ts';
import { wordsOfUse } from '../../src/control/data-plane-words.ts';
import type { DataPlaneUse } from '../../src/control/snapshot.ts';
import { why } from '../../src/engine/why.ts';
import { snapshot } from '../console/fixtures.ts';

const nothing = { full: 0, unknown: 0, unserved: 0, removed: 0, fragments: 0 };
const use = (given: Partial<DataPlaneUse> = {}): DataPlaneUse => ({
  flows: [
    { service: '10.0.0.100:80/tcp', flows: 17, max: 1000 },
    { service: '10.0.0.100:443/tcp', flows: 40, max: 1000 },
  ],
  notForwarded: nothing,
  ...given,
});

test('the fullest service is named, and nothing is said of what did not happen', () => {
  expect(wordsOfUse(use())).toEqual({ fullest: '40 of 1000 flows in 10.0.0.100:443/tcp', lost: '', alarming: false });
});

test('every kind of packet that was not forwarded is told with its number', () => {
  const { lost, alarming } = wordsOfUse(use({ notForwarded: { ...nothing, unknown: 3, fragments: 2 } }));
  expect(lost).toBe('packets not forwarded: 3 of no known connection, 2 fragments without their first');
  expect(alarming).toBe(false);
});

test('a map that is nearly full, or was full, is an alarm', () => {
  const nearly = use({ flows: [{ service: 's', flows: 801, max: 1000 }] });
  expect(wordsOfUse(nearly).alarming).toBe(true);
  expect(wordsOfUse(use({ notForwarded: { ...nothing, full: 1 } })).alarming).toBe(true);
});

test('status and why say it, and neither where there is no such bound', () => {
  const with_ = snapshot({ dataPlane: 'nftables', dataPlaneUse: use({ notForwarded: { ...nothing, full: 5 } }) });
  expect(renderPlain(with_)).toContain(
    'flows: 40 of 1000 flows in 10.0.0.100:443/tcp; packets not forwarded: 5 DROPPED since the map was full',
  );
  expect(why('data-plane', [], with_)).toMatch(/It holds 40 of 1000 flows.*5 DROPPED since the map was full\.$/);
  expect(renderPlain(snapshot())).not.toContain('flows:');
  expect(why('data-plane', [], snapshot())).not.toContain('It holds');
});
