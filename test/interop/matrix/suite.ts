/** The matrix: {hatop master, keepalived master} × version and family × multicast, unicast × preempt, nopreempt × events. */
import { describe, expect, test } from 'vitest';
import { wallNow } from '../../../src/lab/process.ts';
import type { Stack } from '../director.ts';
import type { CellSettings, Protocol } from './configuration.ts';
import { EVENTS, ready, wireOf } from './events.ts';
import { type World, worldOf } from './world.ts';

const PAIRS: readonly { readonly a: Stack; readonly b: Stack }[] = [
  { a: 'hatop', b: 'keepalived' },
  { a: 'keepalived', b: 'hatop' },
];

/** One test is one pair of programs that lives through all events. */
export function matrix(protocol: Protocol, unicast: readonly boolean[]): void {
  const cells = PAIRS.flatMap((stacks) =>
    unicast.flatMap((uni) => [true, false].map((preempt) => ({ stacks, cell: { protocol, unicast: uni, preempt } }))),
  );
  describe.concurrent(protocol, () => {
    for (const { stacks, cell } of cells) {
      const name = title(stacks, cell);
      test(name, { timeout: 300_000 }, async ({ onTestFinished }) => {
        const world = await worldOf(stacks, cell, onTestFinished);
        await world.a.start();
        await world.settled('a');
        await world.b.start();
        await ready(world);
        for (const [event, happen] of Object.entries(EVENTS))
          await lived(world, `${protocol}, ${name}: ${event}`, happen);
      });
    }
  });
}

const title = ({ a, b }: { a: Stack; b: Stack }, { unicast, preempt }: CellSettings): string =>
  `${a} master beside ${b}, ${unicast ? 'unicast' : 'multicast'}, ${preempt ? 'preempt' : 'nopreempt'}`;

/** The real keepalived's log is part of the result, also of a failure. */
async function lived(world: World, name: string, happen: (world: World) => Promise<void>): Promise<void> {
  const from = wallNow();
  const keepalived = world.a.stack === 'keepalived' ? world.a : world.b;
  const result = (): string =>
    [`${name}: ${wireOf(world, from)}`, ...keepalived.logSince(from).map((line) => `    keepalived: ${line}`)].join(
      '\n',
    );
  try {
    await happen(world);
  } catch (error) {
    throw new Error(`${result()}\n${error instanceof Error ? error.message : error}`, { cause: error });
  }
  console.log(result());
  expect(keepalived.logSince(0).length, 'lines of the real keepalived').toBeGreaterThan(0);
}
