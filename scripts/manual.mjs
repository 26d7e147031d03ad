// Writes docs/hatop.8 from the command line's own table, so that the manual cannot say anything else.
// Usage: node scripts/manual.mjs [--check]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'docs/hatop.8');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const roff = (text) => text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^\./gm, '\\&.');

function section(command, path) {
  const words = [
    path,
    command.registeredArguments.map((a) => (a.required ? `<${a.name()}>` : `[${a.name()}]`)).join(' '),
  ];
  const lines = [`.SS ${roff(words.filter(Boolean).join(' '))}`, roff(command.description())];
  for (const option of command.options) {
    const preset = option.defaultValue === undefined ? '' : ` (default ${option.defaultValue})`;
    lines.push('.TP', `.B ${roff(option.flags)}`, roff(`${option.description}${preset}`));
  }
  return [lines.join('\n'), ...command.commands.map((sub) => section(sub, `${path} ${sub.name()}`))].join('\n');
}

export async function manual() {
  // Below the root, so that the packages are found.
  const folder = mkdtempSync(join(root, 'node_modules/.manual-'));
  try {
    const outfile = join(folder, 'program.mjs');
    await build({
      absWorkingDir: root,
      entryPoints: ['src/cli/program.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'error',
      alias: { 'react-devtools-core': join(root, 'scripts/no-devtools.mjs') },
      define: { __HATOP_VERSION__: JSON.stringify(version) },
    });
    const { createProgram } = await import(pathToFileURL(outfile).href);
    const program = createProgram();
    return `.TH HATOP 8 "" "hatop ${version}" "System administration"
.SH NAME
hatop \\- runs and shows a Linux HA pair from a keepalived.conf
.SH SYNOPSIS
.B hatop
[options] [command]
.SH DESCRIPTION
${roff(program.description())}
Without a command: the console on the running engine; where standard output is no terminal, one plain status page.
.SH OPTIONS AND COMMANDS
${section(program, 'hatop')}
.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
failed; standard error says why
.TP
.B 2
usage or configuration
.TP
.B 3
no engine at the socket
.TP
.B 4
not permitted
.TP
.B 18
refused by pre\\-flight
.TP
.B 22
executed but incomplete, a rolled\\-back failover among them
.SH FILES
.TP
.I /etc/keepalived/keepalived.conf
the configuration, in keepalived's language
.TP
.I /etc/hatop/hatop.conf
what is hatop's alone; need not be there. Its words:
.BR data_plane " auto|ipvs|nftables"
(what balances) and
.BR peer " NAME { " ssh " USER@HOST }"
(another hatop to link to)
.TP
.I /var/lib/hatop
journal and the operator's intents
.TP
.I /run/hatop/hatop.sock
the control socket: root's alone
.SH SEE ALSO
.BR keepalived (8),
.BR keepalived.conf (5),
.BR ipvsadm (8)
`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await manual());
