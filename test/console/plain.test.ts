import { describe, expect, test } from 'vitest';
import { renderPlain } from '../../src/console/plain.ts';
import { busySnapshot, instance, snapshot } from './fixtures.ts';

describe('the plain page', () => {
  test('has everything an operator asks first', async () => {
    await expect(renderPlain(busySnapshot())).toMatchFileSnapshot('../frames/golden/status.txt');
  });

  test('of an engine without anything is short, and says so by being it', () => {
    const page = renderPlain(snapshot({ instances: [], services: [] }));
    expect(page.split('\n')).toHaveLength(4);
  });

  test('has no escape sequence, whatever a name holds; and one only where colour was asked for', () => {
    const hostile = snapshot({
      host: '\x1b[2Jx',
      instances: [instance({ name: '\x1b]0;x\x07', faults: ['a\nb'] })],
      splitBrain: [{ vrid: 1, interface: 'eth0', senders: ['\x1b[31m'], cause: 'c' }],
    });
    expect(renderPlain(hostile)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(renderPlain(hostile, { colour: true })).toMatch('\x1b[31m');
  });

  test('says a running operation', () => {
    const operation = {
      id: '1',
      verb: 'failover',
      target: 'VI_1',
      by: 'root',
      startedAt: '',
      step: 'serving in silence',
      result: null,
    };
    expect(renderPlain(snapshot({ operations: [operation, { ...operation, result: 'OK' }] }))).toMatch(
      /RUNNING failover of VI_1 by root: serving in silence\n$/,
    );
  });
});
