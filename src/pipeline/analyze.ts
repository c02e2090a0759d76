import {
  addRemedies,
  analyzeLayers,
  layerReports,
  layerSigns,
  layerTargets,
  measureOutputNoise,
  verdictsByGain,
} from '../analysis/index.js';
import {
  fitGrids,
  floatWeights,
  type PlanByName,
  packedModel,
  planSubject,
  storeTensors,
  withoutDeadChannels,
} from '../compression/index.js';
import { type RunControls, silent } from '../core/index.js';
import { expandTensor, packModel } from '../pack/index.js';
import {
  createSubject,
  openSamples,
  openSession,
  type Samples,
  type Session,
  scoreAgainst,
} from '../session/index.js';
import { createReport } from './create-report.js';
import type { AnalyzeOptions } from './options.js';
import { checkOutput, stageFiles } from './output-folder.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import type { AnalyzeResult } from './results.js';
import { stageReports } from './staged-reports.js';

/** Where the user doesn't say how many. */
const SAMPLES = 256;

/**
 * Says what plain rounding would cost, layer by layer; nothing is trained.
 *
 * @returns The report; it is written to a folder only where `output` names one.
 * @throws QgtError; nothing is written then.
 */
export async function analyze(options: AnalyzeOptions, controls: RunControls = {}): Promise<AnalyzeResult> {
  const startedAt = performance.now();
  const { onProgress = silent, signal } = controls;
  const parsed = parseOptions('analyze', options);
  if (parsed.output !== undefined) await checkOutput(parsed.output, parsed.force);
  const session = await openSession(parsed, onProgress, withoutDeadChannels);
  try {
    const plan = planSubject(session.subject, parsed);
    const samples = await openSamples(session, {
      ...parsed,
      purpose: 'measure',
      synthesis: {
        worth: 'measurement',
        samples: parsed.synthesisSamples,
        steps: parsed.synthesisSteps,
      },
      onProgress,
      signal,
    });
    try {
      return await analyzeWith(session, plan, samples, parsed, startedAt, controls);
    } finally {
      await samples.close();
    }
  } finally {
    session.subject.dispose();
  }
}

async function analyzeWith(
  session: Session,
  plan: PlanByName,
  samples: Samples,
  options: ParsedOptions<'analyze'>,
  startedAt: number,
  { onProgress = silent, signal }: RunControls,
): Promise<AnalyzeResult> {
  const { engine, subject } = session;
  const before = floatWeights(subject);
  const grids = fitGrids(before, plan, options.quantizer);
  const stored = storeTensors(before, plan, grids);
  const packed = packedModel(subject, stored, samples);
  const { bytes, tensorBytes } = await packModel(packed);
  const rounded = stored.map(expandTensor);
  onProgress({ kind: 'stage', text: 'measuring' });
  const after = await createSubject({ ...subject.loaded, weights: rounded });
  const metric = await scoreAgainst(
    engine,
    subject,
    after,
    samples,
    options.samples ?? SAMPLES,
    options.seed,
    signal,
  );
  after.dispose();
  const outputNoise = await measureOutputNoise(
    subject,
    rounded,
    new Set(grids.keys()),
    samples,
    options.samples ?? SAMPLES,
    options.seed,
  );
  const analysis = await analyzeLayers(subject, stored, samples, options, { onProgress, signal });
  const outcome = {
    before,
    fitted: grids,
    stored,
    tensorBytes,
    outputNoise,
    residuals: {},
    settlingLosses: new Map(),
  };
  const verdicts = await addRemedies(
    {
      subject,
      plan,
      stored,
      targets: layerTargets(subject),
      quantizer: options.quantizer,
      metric: metric.name,
    },
    verdictsByGain(layerSigns(subject, plan, outcome), analysis),
    analysis,
    samples,
    { limit: analysis.samples, seed: options.seed, what: 'remedies', onProgress, signal },
  );
  const report = createReport({
    command: 'analyze',
    session,
    samples,
    options,
    output: null,
    training: null,
    allocation: null,
    metric,
    sensitivity: { metric: metric.name, samples: analysis.samples, ...analysis.model },
    bytesAfter: bytes.length,
    durationMs: performance.now() - startedAt,
    layers: layerReports(subject, plan, outcome, {
      verdicts,
      sensitivity: new Map([...analysis.layers].map(([name, { sensitivity }]) => [name, sensitivity])),
    }),
    notes: ['the weights were rounded without fine-tuning', ...samples.notes, ...subject.loaded.notes],
  });
  if (options.output === undefined) return { report, files: [] };
  const staged = await stageFiles(options.output);
  try {
    await stageReports(staged, report, options.report);
    return { report, files: await staged.commit() };
  } finally {
    await staged.discard();
  }
}
