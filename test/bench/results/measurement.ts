import { z } from 'zod';

/** An epoch of a training, as the report has it. */
const epochSchema = z.object({
  epoch: z.int(),
  loss: z.number(),
  residuals: z.record(z.string(), z.number()),
});

/** Half of the 95 % interval of the drop, in percentage points; null where it is not known, as in records of before. */
const dropMargin = z.number().nullable().default(null);

/** The parts of report.json that the page needs: loose, since records outlive versions of the report. */
const reportSchema = z.object({
  command: z.literal('compress'),
  tool: z.object({ version: z.string() }),
  engine: z.object({ name: z.string(), version: z.string() }),
  metric: z
    .object({
      name: z.string(),
      before: z.number(),
      after: z.number(),
      outputs: z.array(z.object({ dropMargin })),
    })
    // Each of these models has one output.
    .transform(({ outputs: [output], ...rest }) => ({ ...rest, dropMargin: output?.dropMargin ?? null })),
  totals: z.object({ bytesBefore: z.int(), bytesAfter: z.int(), durationMs: z.number() }),
  training: z.object({ trace: z.array(epochSchema) }).nullable(),
});

/** A model's metric; each of these has one output. */
const evaluatedSchema = z
  .object({ metrics: z.tuple([z.object({ name: z.string(), value: z.number() })]) })
  .transform(({ metrics: [metric] }) => metric);

/** What `qgt eval FILE --against MODEL` prints. */
const evaluationSchema = z.object({
  models: z.tuple([evaluatedSchema, evaluatedSchema]),
  drop: z.tuple([z.object({ margin: dropMargin })]),
});

/** What peer_training.py prints. */
const peerSchema = z.object({
  before: z.number(),
  after: z.number(),
  bytesBefore: z.int(),
  bytesCounted: z.int(),
  durationMs: z.number(),
  versions: z.record(z.string(), z.string()),
});

export type Epoch = z.infer<typeof epochSchema>;

/** What one run says, whoever ran; kept in its record. */
export const measurementSchema = z.strictObject({
  metric: z.enum(['accuracy', 'r2']),
  /** Metric of the float model on the test set; accuracy as a share of 1. */
  before: z.number(),
  after: z.number(),
  dropMargin,
  /** model.json and its shards. */
  bytesBefore: z.int(),
  /** The packed file; of a peer that writes none, its codes, scales and floats, counted. */
  bytesAfter: z.int(),
  durationMs: z.number(),
  versions: z.record(z.string(), z.string()),
  trace: z.array(epochSchema),
});

export type Measurement = Readonly<z.infer<typeof measurementSchema>>;

/**
 * Reads what a run's processes printed: a report, a report and an evaluation on the test set, or a peer's result.
 *
 * @throws Error if they are something else, or measured agreement in place of what the labels say.
 */
export function readMeasurement(outputs: readonly unknown[]): Measurement {
  const [first, second] = outputs;
  const peer = peerSchema.safeParse(first);
  if (peer.success) {
    const { bytesCounted, ...rest } = peer.data;
    return { metric: 'accuracy', ...rest, dropMargin: null, bytesAfter: bytesCounted, trace: [] };
  }
  const { tool, engine, metric, totals, training } = reportSchema.parse(first);
  const { bytesBefore, bytesAfter, durationMs } = totals;
  const scored = second === undefined ? metric : scoreOf(evaluationSchema.parse(second));
  return {
    metric: metricOf(scored.name),
    before: scored.before,
    after: scored.after,
    dropMargin: scored.dropMargin,
    bytesBefore,
    bytesAfter,
    durationMs,
    versions: { qgt: tool.version, [`${engine.name} engine`]: engine.version },
    trace: training?.trace ?? [],
  };
}

function scoreOf({ models: [packed, float], drop: [{ margin }] }: z.infer<typeof evaluationSchema>) {
  return { name: packed.name, before: float.value, after: packed.value, dropMargin: margin };
}

function metricOf(name: string): Measurement['metric'] {
  if (name === 'accuracy' || name === 'r2') return name;
  throw new Error(`a run measured ${name}: it had no labels`);
}
