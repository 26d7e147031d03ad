/** A program that owns a lab and then waits, for a test that kills it. Its argument is a folder that belongs to the lab. */
import { buildLab } from '../../src/lab/namespaces.ts';
import { startProcess } from '../../src/lab/process.ts';
import { namespacesOf } from '../../src/lab/topology.ts';

const lab = await buildLab();
lab.reaper.directory(process.argv[2] ?? '');
const { pid } = startProcess(['sleep', '600']);
lab.reaper.process(pid);
startProcess(['sleep', '600'], { namespace: lab.nodes.a.namespace });
console.log(`ready ${JSON.stringify({ namespaces: namespacesOf(lab), pid })}`);
setInterval(() => {}, 1000);
