import { z } from 'zod';
import { BIT_WIDTHS, quantizers } from '../../quantize/index.js';
import { granularity, layerRules } from './layer-rules.js';
import { declare } from './option.js';
import { bits, DEFAULT_BITS, names, numbers } from './values.js';

/** Options for the bits and the grid of each layer. */
export const bitsOptions = declare({
  bits: {
    schema: z.literal([...BIT_WIDTHS, 'auto'], 'must be 1.58, 2-8 or auto').default(DEFAULT_BITS),
    alias: 'b',
    placeholder: 'N',
    describe:
      'Bits per weight: 1.58 (ternary), 2 to 8, or auto: a width for each layer, to keep --max-bytes, --min-ratio or --max-drop',
  },
  layer: {
    schema: layerRules.default({}),
    placeholder: 'NAME=N',
    describe:
      "Grid of the layers that match a glob: 'conv2d_*=4', NAME=2,clip:0.7,perChannel,integer or NAME=float; … stands for what a table cut from a name; repeatable",
  },
  uniform: {
    schema: z.boolean().default(false),
    describe:
      'Give all layers --bits, also the first and the last (otherwise 8) and depthwise ones (otherwise at least 4)',
  },
  granularity: {
    schema: granularity.default('perChannel'),
    placeholder: 'WHAT',
    describe: 'One scale per output channel, or one per tensor',
  },
  quantizer: {
    schema: z.enum(names(quantizers)).optional(),
    placeholder: 'NAME',
    describe: 'Grid of values that the weights may take (default: uint8 with --bits 8, otherwise uniform)',
    values: quantizers,
  },
  bitWidths: {
    formerly: ['widths'],
    schema: numbers(bits).default([2, 4, 8]),
    placeholder: 'N,N',
    describe: 'Bit widths at which each layer is tried by itself',
  },
});
