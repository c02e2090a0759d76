import { OTHER_INPUTS } from '../data/index.js';
import { type LayerRule, layerOption } from '../plan/index.js';
import { type Bits, defaultQuantizer, widthsOf } from '../quantize/index.js';
import { inputNames, trainingNames } from './options/commands.js';
import { declarations, flagOf, type OptionName } from './options/index.js';
import type { ParsedOptions } from './parse-options.js';

/** Options that decide what `qgt compress` makes of a model, besides its bits and training; `analyze` has them too. */
const REPEATED = [
  'data',
  ...inputNames,
  'uniform',
  'granularity',
  'layer',
  'seed',
  'engine',
] as const satisfies readonly (OptionName &
  keyof ParsedOptions<'compress'> &
  keyof ParsedOptions<'analyze'>)[];

/** Limits that a search for widths or for a penalty aims at. */
const GOALS = ['maxBytes', 'minRatio', 'maxDrop'] as const;

type Repeated = Pick<ParsedOptions<'analyze'>, 'model' | 'quantizer' | (typeof REPEATED)[number]>;

/**
 * Writes a `qgt compress` to copy, that reads and rounds a model as a run did.
 *
 * @param options  Those of the run.
 * @param bits     Width that it is to have.
 * @param more     Options to end with, as they are typed.
 */
export const compressCommand = (options: Repeated, bits: Bits | 'auto', more: readonly string[]): string =>
  commandOf(options, bits, [...optionTexts(options, REPEATED), ...more]);

/**
 * Writes a `qgt compress` to copy, that does the same as another one.
 *
 * @param options  Those of that run, as they were given.
 * @param more     Options to end with, as they are typed.
 */
export function sameCommand(options: ParsedOptions<'compress'>, more: readonly string[]): string {
  const isAuto = options.bits === 'auto' || options.entropyPenalty === 'auto';
  const names = [...REPEATED, 'eval', ...trainingNames, ...(isAuto ? GOALS : [])] as const;
  return commandOf(options, options.bits, [...optionTexts(options, names), ...more]);
}

function commandOf(
  { model, quantizer }: Pick<Repeated, 'model' | 'quantizer'>,
  bits: Bits | 'auto',
  more: readonly string[],
): string {
  return [
    `qgt compress ${quoted(model)} --bits ${bits}`,
    ...(needsQuantizer(quantizer, bits) ? [`--quantizer ${quantizer}`] : []),
    ...more.filter((each) => each !== ''),
  ].join(' ');
}

/** Whether the quantizer has to be named: it is not the usual one, and has a grid of that width, which no other takes its place for. */
const needsQuantizer = (quantizer: string, bits: Bits | 'auto'): boolean =>
  quantizer !== defaultQuantizer(bits) && (bits === 'auto' || widthsOf(quantizer).includes(bits));

/** The options that differ from what they are without being given, as they are typed. */
export function optionTexts<Name extends OptionName>(
  options: { readonly [Own in Name]?: unknown },
  names: readonly Name[],
): string[] {
  return names.flatMap((name) => {
    const value = options[name];
    return value === undefined || isDefault(name, value) ? [] : [optionText(name, value)];
  });
}

/** The options of a run that decide the same in `compress`. */
export function repeatedOptions(options: Repeated): Repeated {
  const { model, quantizer } = options;
  const repeated = Object.fromEntries(REPEATED.map((name) => [name, options[name]])) as Pick<
    Repeated,
    (typeof REPEATED)[number]
  >;
  return { model, quantizer, ...repeated };
}

function isDefault(name: OptionName, value: unknown): boolean {
  const usual: unknown = declarations[name].schema.safeParse(undefined).data;
  // Data in memory has no path that could be typed.
  return (name === 'data' && typeof value !== 'string') || JSON.stringify(value) === JSON.stringify(usual);
}

/** An option as it is typed; those that take one rule after another are repeated. */
function optionText(name: OptionName, value: unknown): string {
  const flag = `--${flagOf(name)}`;
  if (value === true) return flag;
  if (Array.isArray(value)) return `${flag} ${quoted(value.join(','))}`;
  if (typeof value !== 'object' || value === null) return `${flag} ${quoted(String(value))}`;
  return Object.entries(value)
    .map(([glob, rule]: [string, LayerRule | string]) =>
      typeof rule === 'string'
        ? `${flag} ${quoted(glob === OTHER_INPUTS ? rule : `${glob}=${rule}`)}`
        : layerOption(glob, rule),
    )
    .join(' ');
}

/** A word as a POSIX shell takes it. */
export function quoted(text: string): string {
  return /^[\w./:=,+@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
