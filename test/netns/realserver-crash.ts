/** `start|stop DIRECTORY STEPS VIP…`: does what the command does, and is killed after so many steps. */
import { ip } from '../../src/base/ip.ts';
import { openChangeMachine } from '../../src/linux/change-machine.ts';
import { openRecord } from '../../src/linux/record-file.ts';
import { start, stop } from '../../src/realserver/turn.ts';

const [verb, directory = '', steps = '0', ...words] = process.argv.slice(2);
const record = openRecord(directory);
if (!record.ok) throw new Error(record.error.text);
const opened = openChangeMachine(record.value);
if (!opened.ok) throw new Error(opened.error.code);
const { view, perform } = opened.value;
let left = Number(steps);
const machine = {
  view,
  record: record.value.read,
  perform: (step: Parameters<typeof perform>[0]) => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL');
    return perform(step);
  },
};
const addresses = words.map(ip);
const done = verb === 'start' ? start(machine, { addresses, interface: 'lo' }) : stop(machine, 'all');
console.log(done.ok ? `done ${done.value.steps.length}` : JSON.stringify(done.error));
