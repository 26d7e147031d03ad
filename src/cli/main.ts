/** The program's first lines: the version needs nothing, everything else is loaded when it is asked for. */
import { VERSION } from './version.ts';

const [first, ...rest] = process.argv.slice(2);
if ((first === '--version' || first === '-V') && rest.length === 0) {
  process.stdout.write(`hatop ${VERSION}\n`);
} else {
  const { runProgram } = await import('./program.ts');
  await runProgram(process.argv.slice(2));
}
