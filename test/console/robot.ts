/** A model that is operated as a person would: keys in, model and commands out. Time goes on only where it is told to. */

import { createKeyParser } from '../../src/console/key-parser.ts';
import type { Command, Message } from '../../src/console/messages.ts';
import { initialModel, type Model } from '../../src/console/model.ts';
import { update } from '../../src/console/update.ts';
import type { Update } from '../../src/control/link.ts';
import type { Plan } from '../../src/control/operations.ts';
import type { Snapshot } from '../../src/control/snapshot.ts';
import { busyAdverts, busyEvents, busySnapshot, plan } from './fixtures.ts';

type WithoutTime = Message extends infer M ? (M extends Message ? Omit<M, 'at'> : never) : never;

export interface Robot {
  model: Model;
  /** All that has been asked for so far, oldest first. */
  readonly commands: Command[];
  at: number;
  say(message: WithoutTime): void;
  /** Bytes as a terminal would send them, in one go. */
  press(text: string): void;
  tell(update: Update, link?: number): void;
  wait(ms: number): void;
  /** Answers the open question for plans, and says that the frame with them has been painted. */
  answer(...plans: Plan[]): void;
}

export interface RobotOptions {
  columns?: number;
  rows?: number;
  links?: string[];
  readOnly?: boolean;
  snapshot?: Snapshot | null;
}

export function robot(options: RobotOptions = {}): Robot {
  const parser = createKeyParser();
  const start = {
    at: 1000,
    columns: options.columns ?? 80,
    rows: options.rows ?? 24,
    ascii: false,
    title: { mode: '/run/hatop/hatop.sock', why: '' },
    readOnly: options.readOnly ?? false,
    links: options.links ?? ['sim'],
  };
  const self: Robot = {
    model: initialModel(start),
    commands: [],
    at: 1000,
    say(message) {
      const [model, commands] = update(self.model, { ...message, at: self.at } as Message);
      self.model = model;
      self.commands.push(...commands);
    },
    press(text) {
      for (const input of [...parser.feed(Buffer.from(text)), ...parser.flush()]) self.say(input);
    },
    tell: (news, link = 0) => self.say({ type: 'update', link, update: news }),
    wait(ms) {
      self.at += ms;
      self.say({ type: 'tick' });
    },
    answer(...plans) {
      const asked = self.commands.findLast((command) => command.type === 'plan');
      if (asked?.type !== 'plan') throw new Error('nobody asked for a plan');
      self.say({ type: 'plans', token: asked.token, plans: plans.length > 0 ? plans : [plan()] });
      self.say({ type: 'painted' });
    },
  };
  const first = options.snapshot === undefined ? busySnapshot() : options.snapshot;
  if (first) self.tell({ kind: 'snapshot', snapshot: first });
  return self;
}

/** With traffic and a past. */
export function busyRobot(options: RobotOptions = {}): Robot {
  const self = robot(options);
  for (const advert of busyAdverts()) self.tell({ kind: 'advert', advert });
  self.say({ type: 'history', link: 0, events: busyEvents() });
  return self;
}

/** What was asked to be done, in all. */
export const operated = ({ commands }: Robot) => commands.filter((command) => command.type === 'operate');
