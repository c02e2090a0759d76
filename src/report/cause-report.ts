import { z } from 'zod';

/** A reason why a compressed model is worse than the float one, as far as it was measured. */
export const causeSchema = z.object({
  kind: z
    .enum(['settling', 'residual', 'flips', 'noise'])
    .describe(
      'settling: putting the trained weights on their grid; residual: weights that training left far from it; flips: codes that still changed in the last epoch; noise: the distance of the outputs from the float model',
    ),
  layers: z
    .array(z.object({ name: z.string(), value: z.number() }))
    .describe(
      'The kernels with most of it, the worst first: loss by settling, |w - Q(w)|^2 / |w|^2, share of the codes, dB of the own output',
    ),
  text: z.string().describe('`putting the weights on their grid cost 0.4 of the 2.1 points`'),
});

export type Cause = z.infer<typeof causeSchema>;
