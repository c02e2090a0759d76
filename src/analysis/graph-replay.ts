import { tf } from '../engine/index.js';
import { type GraphCuts, graphCuts, signatureEntry } from '../model/index.js';
import type { LiveGraphModel } from '../session/index.js';

type Execute = (inputs: tf.NamedTensorMap, outputs: string[]) => tf.Tensor[] | Promise<tf.Tensor[]>;

/** A wish of a run: nodes to compute, after constants were changed. */
export interface GraphQuestion {
  readonly changed: Iterable<string>;
  readonly outputs: readonly string[];
}

/**
 * Remembers what a graph computed for one batch, so that the batch can be run again with some constants changed: only
 * what lies behind these is computed anew, from the tensors that it reads.
 *
 * Stock tfjs takes a tensor for any node. All runs go to the model's own `execute`, several in a row where batches of one
 * size are demanded.
 */
export class GraphReplay {
  readonly #model: tf.GraphModel;
  readonly #cuts: GraphCuts;
  readonly #known = new Map<string, ReadonlySet<string>>();
  /** Tensors by node, for each call of a recorded run. */
  #calls: ReadonlyMap<string, tf.Tensor>[] = [];

  constructor({ model, loaded }: LiveGraphModel) {
    this.#model = model;
    // By these names tfjs knows inputs and outputs, perhaps of other nodes.
    const { inputs = {}, outputs = {} } = (model.modelSignature ?? {}) as Record<string, object>;
    this.#cuts = graphCuts(loaded.topology, new Set([...Object.keys(inputs), ...Object.keys(outputs)]));
  }

  /** Runs `run` and remembers what is needed to answer any of the questions. */
  async record<Result>(questions: readonly GraphQuestion[], run: () => Promise<Result>): Promise<Result> {
    this.dispose();
    const names = [...new Set(questions.flatMap((question) => [...this.#cutFor(question)]))];
    return this.#around(
      (execute) => (inputs, outputs) =>
        then(execute(inputs, [...outputs, ...names]), (made) => {
          const own = made.slice(0, outputs.length);
          const kept = names.map((name, index) => {
            const tensor = made[outputs.length + index]!;
            return [name, tf.keep(tensor.clone())] as const;
          });
          this.#calls.push(new Map(kept));
          const inUse = new Set([...own, ...Object.values(inputs)]);
          tf.dispose(made.filter((tensor) => !inUse.has(tensor)));
          return own;
        }),
      run,
    );
  }

  /** Runs `run` on the same inputs, from the tensors that it reads of what is unchanged. */
  async replay<Result>(changed: Iterable<string>, run: () => Promise<Result>): Promise<Result> {
    const names = [...changed];
    let call = 0;
    return this.#around(
      (execute) => (inputs, outputs) => {
        const known = this.#calls[call++] ?? new Map<string, tf.Tensor>();
        const cut = [...this.#cutFor({ changed: names, outputs })];
        if (!cut.every((name) => known.has(name))) return execute(inputs, outputs);
        const fed = Object.fromEntries(cut.map((name) => [name, known.get(name)!.clone()]));
        return then(execute({ ...inputs, ...fed }, outputs), (made) => {
          tf.dispose(Object.values(fed).filter((tensor) => !made.includes(tensor)));
          return made;
        });
      },
      run,
    );
  }

  dispose(): void {
    for (const tensors of this.#calls) tf.dispose([...tensors.values()]);
    this.#calls = [];
  }

  /** Asked again for every batch, so that answers are kept. */
  #cutFor({ changed, outputs }: GraphQuestion): ReadonlySet<string> {
    const names = [...changed];
    const key = JSON.stringify([names, outputs]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const nodes = outputs.map((output) => signatureEntry(this.#model, 'outputs', output).node);
    const cut = this.#cuts.before(names, nodes);
    this.#known.set(key, cut);
    return cut;
  }

  /** Runs `run` while the model's calls go through `around`. */
  async #around<Result>(around: (execute: Execute) => Execute, run: () => Promise<Result>): Promise<Result> {
    const model = this.#model;
    const { execute, executeAsync } = model;
    const listOf = (made: tf.Tensor | tf.Tensor[]) => [made].flat();
    model.execute = around((inputs, outputs) =>
      listOf(execute.call(model, inputs, outputs)),
    ) as typeof execute;
    model.executeAsync = around((inputs, outputs) =>
      executeAsync.call(model, inputs, outputs).then(listOf),
    ) as typeof executeAsync;
    try {
      return await run();
    } catch (error) {
      this.dispose();
      throw error;
    } finally {
      Reflect.deleteProperty(model, 'execute');
      Reflect.deleteProperty(model, 'executeAsync');
    }
  }
}

/** Goes on with tensors now or once they are there. */
function then(
  made: tf.Tensor[] | Promise<tf.Tensor[]>,
  next: (made: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor[] | Promise<tf.Tensor[]> {
  return made instanceof Promise ? made.then(next) : next(made);
}
