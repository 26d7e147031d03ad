/** docs/console.md, made from the key table and the glyphs that the console itself has. */
import { BINDINGS, type Binding, keyName } from '../../src/console/keys.ts';
import { createTheme } from '../../src/console/theme.ts';
import { VIEWS } from '../../src/console/views.ts';

const GROUPS: readonly (readonly [Binding['group'], string])[] = [
  ['change', 'Change: each shows its plan first'],
  ['look', 'Look'],
  ['move', 'Move'],
  ['leave', 'Leave'],
];

const glyphs = createTheme({ colour: false, ascii: false }).glyphs;
const ascii = createTheme({ colour: false, ascii: true }).glyphs;

/** A key in a table of Markdown. */
const code = (key: string): string => `\`${keyName(key).replace('|', '\\|')}\``;

const keyRow = ({ keys, does }: Binding): string => `| ${keys.map(code).join(' ')} | ${does.replace('|', '\\|')} |`;

const keyTable = ([group, title]: (typeof GROUPS)[number]): string =>
  [
    `### ${title}`,
    '',
    '| key | does |',
    '|---|---|',
    ...BINDINGS.filter((one) => one.group === group).map(keyRow),
  ].join('\n');

const viewLine = ({ key, title, does }: (typeof VIEWS)[number]): string =>
  `- \`${key}\` **${title}**: ${does.replace(/^[^:]*: /, '')}.`;

const SIGNS: readonly (readonly [keyof typeof glyphs, string])[] = [
  ['master', 'master'],
  ['backup', 'backup'],
  ['fault', 'fault'],
  ['starting', 'starting, or not checked yet'],
  ['unknown', 'unknown: the source is gone'],
  ['up', 'service or real server up'],
  ['down', 'service or real server down'],
  ['drain', 'drained'],
  ['present', 'address present on this node'],
  ['absent', 'address absent from this node'],
  ['cursor', 'the row that keys act on'],
  ['mark', 'a marked row'],
];

const signRow = ([name, meaning]: (typeof SIGNS)[number]): string =>
  `| \`${String(glyphs[name])}\` | \`${String(ascii[name])}\` | ${meaning} |`;

export const consolePage = (): string => `# The console

\`hatop\` opens it on the engine of this machine, \`hatop demo\` (or \`npm start\`) on a cluster to play with. It runs over SSH, from
80×24 up. Where standard output is no terminal it is one plain status page instead.

![The console](console.svg)

Lower case looks, UPPER CASE changes, and nothing acts on one stroke: a change opens its plan, with the pre-flight's lines, the
predicted gap and the command line that does the same. \`y\` does it, once the whole plan has stood on the screen for 0.3 s, and
never from a paste; every other way out cancels. What can cause an outage asks for the name and a reason instead. The
engine owns an operation: when the console or its SSH session ends, the operation does not.

Each view has the whole screen; the digit that leads to it stands before its name on top. \`Tab\` goes through its panes, \`z\` gives
one of them the screen, \`Enter\` opens the row, \`Esc\` goes back. Senders, their rate and their jitter are counted from the moment
the console was opened.

${VIEWS.map(viewLine).join('\n')}

A state is said with a word, a sign and a colour, never by its colour alone. What is not
known reads UNKNOWN; data older than two seconds shows its age.

## Keys

${GROUPS.map(keyTable).join('\n\n')}

A filter keeps the rows that contain its word; \`!word\` those that do not. In the events \`about:NAME\` (the key \`l\` writes it)
keeps what is about that instance, service or real server.

## The wallboard

\`t\`, or \`hatop wallboard\`: the time between advertisements of each sender, connections of each real server, how much of the
time the least able instance could serve (MTTF / (MTTF + MTTR), from the journal, with its nines), servers up and new connections,
mastership over time, the journal. It only shows; \`q\` comes back.

## Signs

| sign | in ASCII | means |
|---|---|---|
${SIGNS.map(signRow).join('\n')}

## Terminals

\`NO_COLOR\` takes the colours away, \`HATOP_ASCII=1\` (or a locale without UTF-8) all signs beyond ASCII. The sixteen colours are the
terminal's own. \`--read-only\` is enforced by the engine, not by the console. The screen is restored on every way out; Ctrl-Z
goes to the shell and \`fg\` comes back.
`;
