/** The console's loop: messages in, commands carried out, frames out. It owns the model and no terminal. */
import { EngineError, type EngineLink } from '../control/link.ts';
import type { OperationRequest } from '../control/operations.ts';
import type { Input } from './key-parser.ts';
import type { Command, Message } from './messages.ts';
import type { Model } from './model.ts';
import { update } from './update.ts';

export interface Surface {
  /** Synchronously: when this returns the frame is with the sink. */
  draw(model: Model): void;
  whenPainted(done: () => void): void;
  repaint(): void;
  suspend(): void;
  quit(code: number): void;
}

export interface App {
  input(inputs: readonly Input[]): void;
  resize(columns: number, rows: number): void;
  draw(): void;
  start(): void;
  stop(): void;
}

/** Keys are drawn at once, data too, but at most so often. */
const DATA_FRAME_MS = 50;
const TICK_MS = 500;
const HISTORY = 200;

/** `now`: the console's clock in ms; it never goes back. */
export function createApp(first: Model, links: readonly EngineLink[], surface: Surface, now: () => number): App {
  let model = first;
  let stopped = false;
  let frameDue: NodeJS.Timeout | undefined;
  let dataDrawnAt = Number.NEGATIVE_INFINITY;
  let ticking: NodeJS.Timeout | undefined;
  const unsubscribes: (() => void)[] = [];

  function take(message: Message): void {
    if (stopped) return;
    const [next, commands] = update(model, message);
    model = next;
    for (const command of commands) perform(command);
  }

  function dispatch(message: Message): void {
    take(message);
    draw();
  }

  function later(message: Message): void {
    take(message);
    if (!stopped) frameDue ??= setTimeout(drawData, dataDrawnAt + DATA_FRAME_MS - now());
  }

  function drawData(): void {
    dataDrawnAt = now();
    draw();
  }

  function draw(): void {
    clearTimeout(frameDue);
    frameDue = undefined;
    if (stopped) return;
    surface.draw(model);
    if (model.dialog?.kind === 'plan' && model.dialog.drawnAt === null) {
      surface.whenPainted(() => take({ type: 'painted', at: now() }));
    }
  }

  function perform(command: Command): void {
    switch (command.type) {
      case 'quit':
        return surface.quit(command.code);
      case 'suspend':
        return surface.suspend();
      case 'repaint':
        return surface.repaint();
      case 'history':
        return void history(command.link);
      case 'why':
        return void why(command);
      case 'plan':
        return void plan(command);
      case 'operate':
        return void operate(command);
    }
  }

  async function history(link: number): Promise<void> {
    const events = await links[link]?.events(HISTORY).catch(() => undefined);
    if (events) later({ type: 'history', link, events, at: now() });
  }

  async function why({ link, token, target }: Extract<Command, { type: 'why' }>): Promise<void> {
    const text = await linkAt(link).why(target).catch(reasonOf);
    dispatch({ type: 'why', token, text, at: now() });
  }

  async function plan({ link, token, requests }: Extract<Command, { type: 'plan' }>): Promise<void> {
    try {
      const plans = await Promise.all(requests.map((request) => linkAt(link).plan(request)));
      dispatch({ type: 'plans', token, plans, at: now() });
    } catch (error) {
      dispatch({ type: 'plans-failed', token, reason: reasonOf(error), at: now() });
    }
  }

  /** One after the other: what the first changes, the engine weighs in the plan of the next. */
  async function operate({ link, token, requests }: Extract<Command, { type: 'operate' }>): Promise<void> {
    for (const [index, request] of requests.entries()) await operateOne(link, token, index, request);
  }

  async function operateOne(link: number, token: number, index: number, request: OperationRequest): Promise<void> {
    try {
      const result = await linkAt(link).operate(request);
      dispatch({ type: 'result', token, index, result, at: now() });
    } catch (error) {
      dispatch({ type: 'result-failed', token, index, reason: reasonOf(error), at: now() });
    }
  }

  function linkAt(index: number): EngineLink {
    const link = links[index];
    if (!link) throw new EngineError('there is no such node', 3);
    return link;
  }

  return {
    draw,
    input(inputs) {
      const at = now();
      for (const input of inputs) {
        take(input.type === 'key' ? { type: 'key', key: input.key, at } : { type: 'paste', text: input.text, at });
      }
      draw();
    },
    resize: (columns, rows) => dispatch({ type: 'resize', columns, rows, at: now() }),
    start() {
      for (const [link, engine] of links.entries()) {
        unsubscribes.push(engine.subscribe((news) => later({ type: 'update', link, update: news, at: now() })));
        void history(link);
      }
      ticking = setInterval(() => later({ type: 'tick', at: now() }), TICK_MS);
      draw();
    },
    stop() {
      stopped = true;
      clearTimeout(frameDue);
      clearInterval(ticking);
      for (const unsubscribe of unsubscribes) unsubscribe();
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
