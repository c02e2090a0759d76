import {
  countMultiplications,
  type LoadedModel,
  type Pruned,
  removeDeadChannels,
  toLayersModel,
} from '../../model/index.js';
import { differenceInOutputs } from './same-outputs.js';

/** The model without its dead channels, with notes on the bytes saved and on what had to stay. */
export async function withoutDeadChannels(loaded: LoadedModel): Promise<LoadedModel> {
  const pruned = removeDeadChannels(loaded);
  const difference = await differenceIn(loaded, pruned);
  if (difference !== undefined)
    return {
      ...loaded,
      notes: [
        ...loaded.notes,
        `dead channels: ${pruned.removed} of ${pruned.channels} stay, because ${difference}`,
      ],
    };
  const notes = [
    ...(pruned.removed === 0 ? [] : [await noteOnRemoval(loaded, pruned)]),
    ...noteOnRest(pruned),
  ];
  return { ...pruned.model, notes: [...loaded.notes, ...notes] };
}

/** Why a graph without its dead channels may not take its place: rules for so many operations are held against it. */
async function differenceIn(loaded: LoadedModel, { model, removed }: Pruned): Promise<string | undefined> {
  return loaded.kind === 'graph' && removed > 0 ? differenceInOutputs(loaded, model) : undefined;
}

async function noteOnRemoval(loaded: LoadedModel, { model, channels, removed }: Pruned): Promise<string> {
  const [before, after] = [await multiplicationsIn(loaded), await multiplicationsIn(model)];
  const saved =
    before === null || after === null
      ? ''
      : `, which leaves ${inWords(after)} of ${inWords(before)} multiplications a sample`;
  return `dead channels: ${removed} of ${channels} say the same whatever the input and were taken out${saved}`;
}

function noteOnRest({ left }: Pruned): string[] {
  if (left.length === 0) return [];
  const reasons = [...new Set(left.map(({ reason }) => reason))].map((reason) => {
    const layers = left.filter((each) => each.reason === reason);
    return `${layers.map(({ layer, channels }) => `${channels} of ${layer}`).join(', ')}, because ${reason}`;
  });
  return [`dead channels that stay: ${reasons.join('; ')}`];
}

async function multiplicationsIn(loaded: LoadedModel): Promise<number | null> {
  if (loaded.kind === 'graph') return null;
  const model = await toLayersModel(loaded);
  try {
    return countMultiplications(model);
  } finally {
    model.dispose();
  }
}

function inWords(count: number): string {
  return count < 1e6 ? `${count}` : `${(count / 1e6).toPrecision(3)} million`;
}
