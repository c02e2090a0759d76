import type { Bits } from '../quantize/index.js';

/** One width that a layer can have. */
export interface WidthChoice {
  readonly bits: Bits;
  /** Bytes of the layer in the file at this width. */
  readonly bytes: number;
  /** Predicted loss of the model by it, 0 or more; the costs of layers are assumed to add up. */
  readonly cost: number;
}

/** A layer and the widths to choose from, at least one. */
export interface LayerChoices {
  readonly name: string;
  readonly choices: readonly WidthChoice[];
}

/** One width for every layer. */
export interface Allocation {
  /** By layer name. */
  readonly bits: ReadonlyMap<string, Bits>;
  readonly bytes: number;
  readonly cost: number;
}

/** The best allocation that was found, and how much better another could be. */
export interface BestAllocation extends Allocation {
  /** Most that the cost can be above the least possible; 0: this is the least. */
  readonly gap: number;
}

/** A layer's next width on its lower hull, and what it saves. */
interface Step {
  readonly layer: number;
  readonly choice: WidthChoice;
  readonly bytes: number;
  readonly saved: number;
}

/** Most partial allocations visited; then the search stops without a proof. */
const MAX_NODES = 30_000;

/**
 * Finds the widths with the least total cost within a budget: the multiple-choice knapsack problem, by branch
 * and bound, with the bound from its linear relaxation.
 *
 * @param budget  Bytes of all layers together.
 * @returns null where even the smallest widths take more.
 * @see Kellerer, Pferschy and Pisinger 2004, Knapsack Problems, section 11.
 */
export function allocate(layers: readonly LayerChoices[], budget: number): BestAllocation | null {
  const options = layers.map(({ choices }) => undominated(choices));
  const steps = hullSteps(options);
  // Bytes and cost that the layers from `index` on have at their smallest widths.
  const rest = options.map((_, index) => total(options.slice(index).map((choices) => choices[0]!)));
  rest.push({ bytes: 0, cost: 0 });
  if (rest[0]!.bytes > budget) return null;

  /** No allocation of the layers from `index` on within `bytes` costs less. */
  const bound = (index: number, bytes: number): number => {
    let { cost } = rest[index]!;
    let slack = bytes - rest[index]!.bytes;
    for (const step of steps) {
      if (step.layer < index) continue;
      if (step.bytes > slack) return cost - (step.saved * slack) / step.bytes;
      cost -= step.saved;
      slack -= step.bytes;
    }
    return cost;
  };

  let best: { readonly choices: readonly WidthChoice[]; readonly cost: number } | undefined;
  let unproven = Number.POSITIVE_INFINITY;
  let nodes = 0;
  const search = (chosen: readonly WidthChoice[], bytes: number, cost: number): void => {
    const index = chosen.length;
    if (index === options.length) {
      best = { choices: chosen, cost };
      return;
    }
    const branches = options[index]!.filter((choice) => choice.bytes + rest[index + 1]!.bytes <= bytes)
      .map((choice) => ({ choice, least: cost + choice.cost + bound(index + 1, bytes - choice.bytes) }))
      .sort((a, b) => a.least - b.least);
    for (const { choice, least } of branches) {
      if (best !== undefined && least >= best.cost) return;
      if (best !== undefined && nodes++ > MAX_NODES) {
        unproven = Math.min(unproven, least);
        return;
      }
      search([...chosen, choice], bytes - choice.bytes, cost + choice.cost);
    }
  };
  search([], budget, 0);
  const { choices } = best!;
  const found = allocationOf(layers, choices);
  return { ...found, gap: Math.max(0, found.cost - unproven) };
}

/**
 * Finds the widths with the fewest bytes within a total cost: the same problem with bytes and cost exchanged.
 *
 * @returns null where even the widths of least cost are above it; `gap` is in bytes.
 */
export function allocateAtCost(layers: readonly LayerChoices[], mostCost: number): BestAllocation | null {
  const turned = layers.map(({ name, choices }) => ({ name, choices: choices.map(turn) }));
  const found = allocate(turned, mostCost);
  return found && { ...found, ...turn(found) };
}

const turn = <Amounts extends { readonly bytes: number; readonly cost: number }>(amounts: Amounts) => ({
  ...amounts,
  bytes: amounts.cost,
  cost: amounts.bytes,
});

/**
 * Lists the allocations that no mixture of two others beats: the lower convex hull of (bytes, cost), from the
 * smallest file to the lowest cost.
 *
 * Each is the best for one weight of bytes against cost; together they are the result of a Lagrange multiplier
 * sweep.
 *
 * @see Shoham and Gersho 1988, Efficient bit allocation for an arbitrary set of quantizers.
 */
export function paretoFront(layers: readonly LayerChoices[]): Allocation[] {
  const options = layers.map(({ choices }) => undominated(choices));
  const chosen = options.map((choices) => choices[0]!);
  const front = [allocationOf(layers, chosen)];
  for (const { layer, choice } of hullSteps(options)) {
    chosen[layer] = choice;
    front.push(allocationOf(layers, chosen));
  }
  return front;
}

/** Layers that were given their next larger width, and what all of them come to. */
export interface RaisedAllocation extends Allocation {
  readonly raised: ReadonlySet<string>;
}

/** Gives every layer its next larger width, where that has so many levels at most. */
export function raiseNarrow(
  layers: readonly LayerChoices[],
  { bits }: Pick<Allocation, 'bits'>,
  mostLevels: number,
): RaisedAllocation {
  const chosen = chosenBy(layers, bits);
  const raised = new Set<string>();
  for (const [layer, { name, choices }] of layers.entries()) {
    const [step] = nextStep(choices, chosen[layer]!, layer);
    if (step === undefined || 2 ** step.choice.bits > mostLevels) continue;
    chosen[layer] = step.choice;
    raised.add(name);
  }
  return { ...allocationOf(layers, chosen), raised };
}

/** The choices of given widths. */
const chosenBy = (layers: readonly LayerChoices[], bits: Allocation['bits']): WidthChoice[] =>
  layers.map(({ name, choices }) => choices.find((choice) => choice.bits === bits.get(name))!);

/**
 * Gives layers their next larger width until all of them take `bytes` at least, those first whose cost falls most per byte.
 *
 * Where the largest widths take less, it gives these.
 */
export function raiseTo(
  layers: readonly LayerChoices[],
  { bits }: Pick<Allocation, 'bits'>,
  bytes: number,
): RaisedAllocation {
  const chosen = chosenBy(layers, bits);
  const raised = new Set<string>();
  while (total(chosen).bytes < bytes) {
    const [step] = layers
      .flatMap(({ choices }, layer) => nextStep(choices, chosen[layer]!, layer))
      .sort(bySavedPerByte);
    if (step === undefined) break;
    chosen[step.layer] = step.choice;
    raised.add(layers[step.layer]!.name);
  }
  return { ...allocationOf(layers, chosen), raised };
}

/** The step from one width to the next that takes more bytes; none from the largest. */
function nextStep(choices: readonly WidthChoice[], from: WidthChoice, layer: number): Step[] {
  const [choice] = choices
    .filter(({ bits, bytes }) => bits > from.bits && bytes > from.bytes)
    .sort((a, b) => a.bits - b.bits);
  if (choice === undefined) return [];
  return [{ layer, choice, bytes: choice.bytes - from.bytes, saved: Math.max(0, from.cost - choice.cost) }];
}

function allocationOf(layers: readonly LayerChoices[], chosen: readonly WidthChoice[]): Allocation {
  return { bits: new Map(layers.map(({ name }, index) => [name, chosen[index]!.bits])), ...total(chosen) };
}

function total(chosen: readonly WidthChoice[]): { bytes: number; cost: number } {
  return {
    bytes: chosen.reduce((sum, { bytes }) => sum + bytes, 0),
    cost: chosen.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** Selects the choices for which no other is both as small and as good, ascending in bytes. */
function undominated(choices: readonly WidthChoice[]): WidthChoice[] {
  const kept: WidthChoice[] = [];
  for (const choice of [...choices].sort((a, b) => a.bytes - b.bytes || a.cost - b.cost)) {
    if (kept.length === 0 || choice.cost < kept.at(-1)!.cost) kept.push(choice);
  }
  return kept;
}

/** Lists the steps along every layer's lower convex hull, those that lower the cost most per byte first. */
function hullSteps(options: readonly (readonly WidthChoice[])[]): Step[] {
  return options
    .flatMap((choices, layer) => {
      const hull = lowerHull(choices);
      return hull.slice(1).map((choice, index) => {
        const from = hull[index]!;
        return { layer, choice, bytes: choice.bytes - from.bytes, saved: from.cost - choice.cost };
      });
    })
    .sort(bySavedPerByte);
}

const bySavedPerByte = (a: Step, b: Step): number => b.saved * a.bytes - a.saved * b.bytes;

/** @param choices  Undominated, ascending in bytes. */
function lowerHull(choices: readonly WidthChoice[]): WidthChoice[] {
  const hull: WidthChoice[] = [];
  for (const choice of choices) {
    while (hull.length > 1 && !isBelow(hull.at(-2)!, hull.at(-1)!, choice)) hull.pop();
    hull.push(choice);
  }
  return hull;
}

/** Whether `middle` lies below the line from `left` to `right`. */
function isBelow(left: WidthChoice, middle: WidthChoice, right: WidthChoice): boolean {
  return (
    (left.cost - middle.cost) * (right.bytes - middle.bytes) >
    (middle.cost - right.cost) * (middle.bytes - left.bytes)
  );
}
