import type { Colours } from './colours.js';
import { commands, completion, type Example, type HelpTopic } from './commands/index.js';
import {
  commandSection,
  globalSection,
  type HelpSection,
  NO_BREAK,
  operandSections,
  optionSections,
  withOperands,
} from './help.js';
import { wrap } from './screens/text.js';

const MAX_COLUMNS = 100;
/** Least columns for texts beside the terms; with fewer they stand below. */
const MIN_TEXT_COLUMNS = 30;
const INDENT = 6;

/** First commands for a new user with a model. */
const firstSteps: readonly Example[] = [
  { line: 'qgt inspect model.json', does: 'what is in the model' },
  {
    line: 'qgt compress model.json --data images/ -o out/',
    does: 'make it smaller: 4 bits per weight, unless --bits says otherwise',
  },
  {
    line: 'qgt eval out/model.qgt --data test/ --against model.json',
    does: 'how much accuracy that cost',
  },
];

/** Renders the help of qgt, or of one command. */
export function renderHelp(topic: HelpTopic | undefined, columns: number, colours: Colours): string {
  const width = Math.min(columns, MAX_COLUMNS);
  const parts = topic === undefined ? overview(width, colours) : commandHelp(topic, width, colours);
  return `${parts.join('\n\n').replaceAll(NO_BREAK, ' ')}\n`;
}

function overview(width: number, colours: Colours): string[] {
  return [
    'Usage: qgt <command> [options]',
    wrap(
      'Compress TensorFlow.js models below 8 bits, and see which layers hold the compression back.',
      width,
    ),
    renderExamples('To begin', firstSteps, width, colours),
    ...[commandSection, globalSection].map((section) => renderSection(section, width, colours)),
    wrap(
      '`qgt <command> --help` explains a command. Exit codes: 0 done, 1 a limit was not kept, 2 an error, 130 stopped by Ctrl-C.',
      width,
    ),
  ];
}

function commandHelp(topic: HelpTopic, width: number, colours: Colours): string[] {
  const { operands, describe, examples } = topic === completion.name ? completion : commands[topic];
  const sections =
    topic === completion.name ? [] : [...operandSections(operands), ...optionSections(topic), globalSection];
  const options = sections.length === 0 ? '' : ' [options]';
  return [
    wrap(`Usage: qgt ${withOperands(topic, operands)}${options}`, width, ' '.repeat(INDENT)),
    wrap(describe, width),
    ...sections.map((section) => renderSection(section, width, colours)),
    renderExamples('Examples', examples, width, colours),
  ];
}

function renderExamples(
  head: string,
  examples: readonly Example[],
  width: number,
  { bold, dim }: Colours,
): string {
  const indent = ' '.repeat(INDENT);
  const lines = examples.flatMap(({ line, does }) => [
    `  ${wrap(line, width - 2, indent)}`,
    ...wrap(does, width - INDENT)
      .split('\n')
      .map((text) => dim(`${indent}${text}`)),
  ]);
  return [bold(head), ...lines].join('\n');
}

function renderSection({ head, entries }: HelpSection, width: number, { bold }: Colours): string {
  const beside = Math.max(...entries.map(({ term }) => term.length)) + 4;
  const below = width - beside < MIN_TEXT_COLUMNS;
  const indent = below ? INDENT + 2 : beside;
  const lines = entries.map(({ term, describe, values = [] }) => {
    const text = [wrap(describe, width - indent), ...values.map((value) => wrap(value, width - indent, '  '))]
      .join('\n')
      .replaceAll('\n', `\n${' '.repeat(indent)}`);
    return below ? `  ${term}\n${' '.repeat(indent)}${text}` : `  ${term.padEnd(indent - 2)}${text}`;
  });
  return [bold(head), ...lines].join('\n');
}
