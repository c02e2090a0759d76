import { floatWeights, planModel } from '../../src/compression/file/packing.js';
import { fitGrids } from '../../src/compression/file/rounding.js';
import { compileEagerly } from '../../src/engine/eager-step.js';
import { type CompiledStep, type Engine, fuseBatchNorm, variableOf } from '../../src/engine/index.js';
import { loadTfjsNode } from '../../src/engine/native/tfjs-node.js';
import { type OutputSource, settleHead } from '../../src/metrics/index.js';
import { findWeights, toLayersModel } from '../../src/model/index.js';
import { sourcesOf } from '../../src/session/live-model.js';
import { openSession } from '../../src/session/session.js';
import { guideKernel, layersStudent, layersTeacher, type Trainee } from '../../src/train/index.js';
import { optionsOf } from '../options.js';

/** A model ready for our steps at 2 bits, as `qgt compress` sets it up. */
export interface OwnTrainee {
  readonly trainee: Trainee;
  /** How many weights it has. */
  readonly parameters: number;
  /** Why a step ran op by op all the same; null where it didn't. */
  eagerReason(): string | null;
}

/** Sets up a model as `qgt compress --bits 2 --engine native` does. */
export async function createOwnTrainee(model: string, mode: 'recorded' | 'eager'): Promise<OwnTrainee> {
  const session = await openSession({ model, require: [], engine: 'native' }, () => {});
  const { liveModel } = session;
  if (liveModel.kind !== 'layers')
    throw new Error(`${model} is a GraphModel, of which no step is timed here`);
  const options = optionsOf('compress', { bits: 2 });
  const plan = planModel(liveModel, { ...options, bits: 2 });
  const grids = fitGrids(floatWeights(liveModel), plan);
  const student = await toLayersModel(liveModel.loaded);
  const kernels = findWeights(student).flatMap(({ name, variable }) => {
    const grid = grids.get(name);
    if (grid === undefined) return [];
    return [guideKernel({ name, variable: variableOf(variable), axes: plan.get(name)!.grid!.axes }, grid)];
  });
  fuseBatchNorm(student);
  const { engine, eagerReason } = observed(session.engine, mode);
  const inputs = liveModel.inputs.map(({ shape, dtype }) => ({ shape: shape as number[], dtype }));
  const settled = (sources: readonly OutputSource[]) => sources.map((each) => settleHead(each, 'class'));
  const heads = { studentHeads: settled(sourcesOf(student)), teacherHeads: settled(liveModel.sources) };
  const models = { student: layersStudent(student), teacher: layersTeacher(liveModel.model) };
  const trainee = { engine, ...models, kernels, inputs, ...heads };
  return { trainee, parameters: student.countParams(), eagerReason };
}

/** The engine with an eye on how its steps fare. */
function observed(
  engine: Engine,
  mode: 'recorded' | 'eager',
): { engine: Engine } & Pick<OwnTrainee, 'eagerReason'> {
  const made: CompiledStep[] = [];
  const compileStep: Engine['compileStep'] = (step, variables, precision) => {
    const compiled = mode === 'eager' ? compileEagerly(step) : engine.compileStep(step, variables, precision);
    made.push(compiled);
    return compiled;
  };
  const reasons = () => made.map((compiled) => compiled.eagerReason());
  return {
    engine: { ...engine, compileStep },
    eagerReason: () => reasons().find((reason) => reason !== null) ?? null,
  };
}

/** What the figures depend on. */
export function versionsOf(): Record<string, string> {
  const { version } = loadTfjsNode();
  return { node: process.version, 'tfjs-node': version['tfjs-node'] };
}
