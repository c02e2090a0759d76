import { z } from 'zod';

const FORMER_VERSION = 2;

const epoch = z
  .looseObject({ strength: z.number(), price: z.number() })
  .transform(({ strength, price, ...rest }) => ({ ...rest, guidance: strength, entropyPenalty: price }));

const training = z
  .looseObject({ trace: z.array(epoch) })
  .transform((rest) => ({ precision: 'float32', maxSteps: null, ...rest }));

const metric = z
  .looseObject({ name: z.string(), before: z.number(), after: z.number(), drop: z.number() })
  .transform(({ name, before, after, ...rest }) => {
    // Only R2 had its drop in its own unit.
    const drop = name === 'r2' ? 100 * rest.drop : rest.drop;
    const against = name === 'agreement' ? 'float model' : 'labels';
    const outputs = [
      {
        output: '',
        metric: name,
        scale: null,
        before,
        after,
        drop,
        dropMargin: null,
        sqnrDb: null,
        answers: null,
        spread: null,
      },
    ];
    return { ...rest, name, scale: null, before, after, drop, against, output: null, outputs, classes: null };
  });

// A remedy without an option was one that only the model's owner could take.
const verdict = z
  .looseObject({ remedies: z.array(z.looseObject({ option: z.string().nullable() })) })
  .transform(({ remedies, ...rest }) => ({
    ...rest,
    remedies: remedies.filter(({ option }) => option !== null),
  }));

const layer = z
  .looseObject({ settlingLoss: z.number().nullable(), quantizer: z.unknown(), verdict: verdict.nullable() })
  .transform(({ settlingLoss, ...rest }) => ({ ...rest, snapLoss: settlingLoss, clip: null }));

const sensitivity = z
  .looseObject({ widths: z.unknown() })
  .transform(({ widths, ...rest }) => ({ ...rest, bitWidths: widths, output: null }));

const allocation = z
  .looseObject({ tries: z.unknown() })
  .transform(({ tries, ...rest }) => ({ ...rest, candidates: tries }));

const formerData = z
  .looseObject({ inputRange: z.string().nullable() })
  .transform(({ inputRange, ...rest }) => ({
    synthesis: null,
    ...rest,
    // It was the same for all inputs then.
    inputRanges: inputRange === null ? null : [{ input: '', range: inputRange }],
  }));

const formerReport = z.looseObject({
  version: z.literal(FORMER_VERSION),
  options: z.looseObject({ granularity: z.string() }),
  data: formerData,
  training: training.nullable(),
  allocation: allocation.nullable(),
  metric: metric.nullable(),
  sensitivity: sensitivity.nullable(),
  layers: z.array(layer),
});

/** A report of version 2 with the keys and units of version 3; anything else as it is. */
export function fromFormerVersion(found: unknown): unknown {
  const { data } = formerReport.safeParse(found);
  if (data === undefined) return found;
  // It was the same for all layers then.
  const { granularity } = data.options;
  const layers = data.layers.map((each) => ({
    ...each,
    granularity: each.quantizer === null ? null : granularity,
  }));
  return { warnings: [], ...data, layers, version: FORMER_VERSION + 1 };
}
