import type { Lines, Netns } from './support.ts';

export interface Event {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests name the fields that they look at
  readonly [field: string]: any;
}

/** The harness of `linux-harness.ts`, running in a namespace. */
export interface Harness {
  readonly lines: Lines;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  call(name: string, ...args: unknown[]): Promise<any>;
  /** The next event of this kind that `wanted` accepts, among those since the harness started or `mark()` was called. */
  event(kind: string, wanted?: (event: Event) => boolean, ms?: number): Promise<Event>;
  mark(): void;
}

export async function startHarness(world: Netns, short: string, script: string, ...wrap: string[]): Promise<Harness> {
  return harnessOver(world.start(short, ...wrap, process.execPath, script));
}

/** The same over a program that is running already, and has not said that it is ready. */
export async function harnessOver(lines: Lines): Promise<Harness> {
  let from = 0;
  let id = 0;
  const parsed = (line: string): Record<string, unknown> => (line.startsWith('{') ? JSON.parse(line) : {});
  const harness: Harness = {
    lines,
    async call(name, ...args) {
      const mine = ++id;
      const seenBefore = lines.seen.length;
      lines.write(JSON.stringify({ id: mine, call: name, args }));
      const line = await lines.find((text) => parsed(text).id === mine, { from: seenBefore, ms: 60_000 });
      return JSON.parse(line).value;
    },
    async event(kind, wanted = () => true, ms = 5000) {
      const matches = (line: string): boolean => {
        const event = parsed(line) as unknown as Event;
        return event.event === kind && wanted(event);
      };
      return JSON.parse(await lines.find(matches, { from, ms }));
    },
    mark() {
      from = lines.seen.length;
    },
  };
  await harness.event('ready', () => true, 45_000);
  return harness;
}
