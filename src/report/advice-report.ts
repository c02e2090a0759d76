import { z } from 'zod';

/** A next step for the model: a command, and what it gives. */
export const adviceSchema = z.object({
  scope: z
    .enum(['model', 'layers', 'layer'])
    .describe('What it changes: every layer, those that are named together, or a single one'),
  kind: z
    .enum(['ship', 'check', 'bits', 'fine-tuning', 'mix', 'first-layers', 'layer'])
    .describe(
      'ship: all is well; check: all is well on synthesised inputs or on few samples, which others are to confirm; bits: another width for all; fine-tuning: train, or train longer; mix: a width for each layer; first-layers: another grid for those that are ranked first; layer: another grid for one',
    ),
  layers: z.array(z.string()).describe('Names of the weights that it changes; empty with scope `model`'),
  option: z.string().describe('What the command has besides the run that is reported on; empty: nothing'),
  command: z.string().describe('The whole command, to copy; paths are as they were given'),
  text: z.string().describe('`4 bits: +31.2 points for 43,120 bytes`'),
  gain: z
    .number()
    .nullable()
    .describe('Measured gain over the packed model, in gainUnit; null: it is not known'),
  gainUnit: z
    .enum(['points', 'dB'])
    .describe(
      'points: percentage points of accuracy or agreement, hundredths of R2; dB: of the signal-to-noise ratio of the outputs',
    ),
  gainError: z
    .number()
    .nullable()
    .describe('Standard error of the gain, from the samples; null where it is not known'),
  gainDivergence: z.number().nullable().describe('Measured: reduction of the divergence; null: not known'),
  samples: z.int().describe('Samples that the gain was measured on; 0: it was not measured'),
  isHeldOut: z
    .boolean()
    .describe('Whether those samples had no part in the choice; else the gain is rather too large'),
  bytes: z.int().nullable().describe('More bytes in the packed file, less where negative; null: not known'),
});

export type Advice = z.infer<typeof adviceSchema>;
