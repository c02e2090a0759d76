import { commandList, type Example } from '../../src/cli/commands/index.js';
import { globalSection, type HelpSection, NO_BREAK, optionSections } from '../../src/cli/help.js';
import { escapeCell, table } from './markdown.js';

/** Examples that no test runs as they stand, by how they begin, with the reason. */
const NOT_RUN: readonly (readonly [begins: string, reason: string])[] = [
  [
    'qgt sweep model.json --data images/ --bits 2,3,4 --queue',
    'needs a Redis server; test/sweep/queue.test.ts has one',
  ],
  ['qgt worker', 'needs a Redis server; test/sweep/queue.test.ts has one'],
  ['qgt init  # asks', 'asks on a terminal; test/cli/init.test.ts answers'],
  ['qgt setup', 'downloads or builds TensorFlow, for minutes; test/engine/native-setup.long.ts runs it'],
];

/** docs/cli.md: what the help says, in Markdown, below what it has no room for. */
export function renderCliPage(): string {
  const commands = commandList.map(({ name, describe, operands, examples }) =>
    [
      `## qgt ${name}`,
      [
        `${describe}.`,
        ...Object.entries(operands).map(([operand, what]) => `\`<${operand}>\`: ${what}.`),
      ].join(' '),
      [
        ...NOT_RUN.filter(([begins]) => examples.some((each) => lineOf(each).startsWith(begins))).map(
          ([begins, reason]) => `<!-- not run: \`${begins}\`: ${reason} -->`,
        ),
        '```sh',
        ...examples.map(lineOf),
        '```',
      ].join('\n'),
      ...optionSections(name).map(sectionTable),
    ].join('\n\n'),
  );
  return `${[INTRODUCTION, ...commands, `## Options of every command\n\n${sectionTable({ ...globalSection, head: 'Option' })}`].join('\n\n')}\n`;
}

const lineOf = ({ line, does }: Example): string => `${line}  # ${does}`;

function sectionTable({ head, entries }: HelpSection): string {
  const rows = entries.map(({ term, describe, values = [] }) => [
    `\`${term.trim()}\``,
    [describe.replaceAll(NO_BREAK, ' '), ...values].map(escapeCell).join('<br>'),
  ]);
  return table([head, ''], rows);
}

const INTRODUCTION = `# The command line

<!-- Written by \`npm run docs\` from the tables that the help is made of: change those. -->

\`qgt <command> [options]\`; \`qgt <command> --help\` says what is below.

A mistyped command, option or name is answered with the nearest one. An option given twice counts as given last;
repeatable ones add up. \`--no-\` before a switch turns it off where a config file turned it on.

## Output

What was asked for goes to stdout: a table, or under \`--json\` the result as JSON and nothing else. Progress, notes
and errors go to stderr; a note that comes up at the end stands below the table. Off a terminal there is no animation
and no colour, and progress is one plain line per epoch.
The JSON of \`compress\` and \`analyze\` is described by [report.schema.json](report.schema.json).

| Exit code | |
| --- | --- |
| 0 | done, also where a signal only cut the measuring of a finished file |
| 1 | a limit was not kept (\`--max-bytes\` and its like), or could not be measured: one line on stderr for each; what was asked for was written all the same; or a trial of \`qgt sweep\` failed, and the others are there |
| 2 | wrong usage, bad input or a crash: one line on stderr says where, what and the remedy; nothing was written |
| 130, 143, 129 | stopped by Ctrl-C (SIGINT), SIGTERM or SIGHUP: the first stops in order and leaves nothing half written, a second ends at once; a training ends after its step, and what is trained by then is written, for \`--resume\` to go on from ([reliability.md](reliability.md)) |

| Environment | |
| --- | --- |
| \`NO_COLOR\` | not empty: no colours |
| \`CI\` | not empty: no animation |
| \`QGT_LOG=debug\` | shows the stack of an error, what TensorFlow has to say, and what the programs print that \`setup\` runs |
| \`QGT_NATIVE_PREFIX\` | where the native engine is that \`setup --prefix\` made |
| \`QGT_NATIVE\` | the one folder to load the native engine from |
| \`TF_ENABLE_ONEDNN_OPTS=0\` | TensorFlow's oneDNN kernels off, which the native engine otherwise takes on every processor |
| \`XDG_CACHE_HOME\` | where \`setup\` makes the native engine, in the folder \`qgt\` (default: \`~/.cache\`) |

\`qgt completion >> ~/.bashrc\` (or \`~/.zshrc\`) completes commands, options, their values and file names.

## Config file

Every option may stand in a file: \`qgt.config.json\`, \`qgt.config.mjs\` or \`qgt.config.js\` (what it exports by
default), or the key \`qgt\` of package.json. The nearest one is taken, or the one named by \`--config\`. It is looked
for from the working directory upward to the root of its repository (the folder that has \`.git\`); outside of one, to
the nearest folder with a package.json; where there is none, in the working directory alone. \`inspect\`, \`diff\` and
\`export\` take JSON only: a module is code, they don't run it, and a note says so. Options are written as in the library, \`batchSize\` for \`--batch-size\`. Those at the top are
for every command that takes them; those under \`commands\` are for one command and win over the others. What stands
on the command line wins over the file. Paths are relative to the file.

\`\`\`json
{
  "bits": 2,
  "data": "images/train",
  "eval": "images/test",
  "layer": { "conv2d_3": 4 },
  "commands": {
    "analyze": { "samples": 512 }
  }
}
\`\`\`

\`"layer": { "conv2d_3": 4 }\` is \`--layer conv2d_3=4\`, and
\`{ "conv2d_3": { "bits": 2, "clip": 0.7, "granularity": "perChannel", "quantizer": "integer" } }\` is
\`--layer conv2d_3=2,clip:0.7,perChannel,integer\`; what the rules mean: [quantizers.md](quantizers.md#one-layers-grid).

\`"check": { "maxDrop": "warn" }\` is \`--check max-drop=warn\`: a limit that is not kept is told, and exit code 0;
\`off\` leaves it out, \`error\` is what every limit has by itself. How CI systems are told: [ci.md](ci.md).`;
