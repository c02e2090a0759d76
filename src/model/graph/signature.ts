import { z } from 'zod';
import type * as tf from '../../engine/tf.js';
import { nodeName } from './graph-def.js';

const entrySchema = z.object({
  name: z.string().optional(),
  tensorShape: z.object({ dim: z.array(z.object({ size: z.coerce.number() })) }).optional(),
});
const entriesSchema = z.record(z.string(), entrySchema.catch({})).catch({});
const signatureSchema = z.object({ inputs: entriesSchema, outputs: entriesSchema });

/** An input or output of a graph as its signature describes it. */
export interface SignatureEntry {
  /** The node that takes or makes it. */
  readonly node: string;
  /** Open sizes are negative; undefined where nothing is said. */
  readonly shape: readonly number[] | undefined;
}

/** Looks an input or output of a graph model up in its signature. */
export function signatureEntry(
  model: tf.GraphModel,
  side: 'inputs' | 'outputs',
  name: string,
): SignatureEntry {
  const entries = entriesOf(model, side);
  // A key may be the name of another node.
  const key = keyOf(entries, name) ?? (Object.hasOwn(entries, name) ? name : undefined);
  const entry = key === undefined ? undefined : entries[key];
  return {
    node: nodeName(entry?.name ?? name),
    shape: entry?.tensorShape?.dim.map(({ size }) => size),
  };
}

/** The key that the signature has for the node of an input or output; undefined where it has none. */
export const signatureKey = (
  model: tf.GraphModel,
  side: 'inputs' | 'outputs',
  name: string,
): string | undefined => keyOf(entriesOf(model, side), name);

type Entries = z.output<typeof entriesSchema>;

function entriesOf(model: tf.GraphModel, side: 'inputs' | 'outputs'): Entries {
  const signature = signatureSchema.safeParse(model.modelSignature);
  return signature.success ? signature.data[side] : {};
}

const keyOf = (entries: Entries, node: string): string | undefined =>
  Object.entries(entries).find(
    ([, { name }]) => name !== undefined && nodeName(name) === nodeName(node),
  )?.[0];

const outputsSchema = z.object({ outputs: z.record(z.string(), z.object({ name: z.string() })) });

/** The nodes that the signature has as outputs, wherever in the metadata it stands. */
export function signatureOutputs({
  signature,
  userDefinedMetadata,
}: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const inside: unknown = Reflect.get(Object(userDefinedMetadata), 'signature');
  return new Set(
    [signature, inside].flatMap((each) => {
      const { data } = outputsSchema.safeParse(each);
      return data === undefined ? [] : Object.values(data.outputs).map(({ name }) => nodeName(name));
    }),
  );
}
