/** The frame that the README shows (scripts/picture.mjs draws it): the fixtures, through Ink, in colour. */

import { plan, result } from '../console/fixtures.ts';
import { busyRobot } from '../console/robot.ts';
import { ansiToSvg } from './ansi-svg.ts';
import { frameOf } from './render.ts';

const COLUMNS = 110;
const ROWS = 28;

/** What VI_6 shows already. */
const done = result({
  target: 'VI_6',
  text: 'fe80::5054:ff:fe12:3456 is master of VI_6 after 62 ms, gap 4.2 ms; this node is in standby',
  predicted: { takeOverMs: 61, gapMs: 5 },
  measured: { takeOverMs: 62, gapMs: 4.2, noiseMs: 2 },
});

function pictureFrame(): string {
  const it = busyRobot({ columns: COLUMNS, rows: ROWS });
  it.press('GF');
  it.answer(plan());
  it.wait(400);
  it.press('y');
  it.say({ type: 'result', token: it.model.running?.token ?? -1, index: 0, result: done });
  return frameOf(it.model);
}

/** docs/console.svg, as it should be. */
export const picture = (): string =>
  ansiToSvg(pictureFrame(), COLUMNS, ROWS, 'The console of hatop: instances, services, adverts, events');
