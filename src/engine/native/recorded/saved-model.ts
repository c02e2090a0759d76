import { PbfWriter } from 'pbf';
import type { GraphAttribute, GraphList, GraphNode, GraphTensor } from './graph.js';

/** The tag under which the graph is found again. */
export const TAG = 'serve';
/** Ops behave as in TensorFlow 2.9, the oldest that tfjs-node 4.22 can run on. */
const PRODUCER = 987;

/**
 * A graph as the file saved_model.pb.
 *
 * @see tensorflow/core/protobuf: saved_model.proto, meta_graph.proto, graph.proto, node_def.proto, attr_value.proto.
 */
export function encodeSavedModel(nodes: readonly GraphNode[]): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 1); // saved_model_schema_version
  pbf.writeMessage(2, writeMetaGraph, nodes);
  return pbf.finish();
}

function writeMetaGraph(nodes: readonly GraphNode[], pbf: PbfWriter): void {
  pbf.writeMessage(1, writeMetaInfo, null);
  pbf.writeMessage(2, writeGraph, nodes);
}

function writeMetaInfo(_: null, pbf: PbfWriter): void {
  pbf.writeStringField(4, TAG);
  pbf.writeStringField(5, '2.9.1');
}

function writeGraph(nodes: readonly GraphNode[], pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeMessage(4, (producer, versions) => versions.writeVarintField(1, producer), PRODUCER);
}

function writeNode({ name, op, inputs, attributes }: GraphNode, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeStringField(2, op);
  for (const input of inputs) pbf.writeStringField(3, input);
  for (const entry of Object.entries(attributes)) pbf.writeMessage(5, writeEntry, entry);
}

function writeEntry([key, attribute]: [string, GraphAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeMessage(2, writeAttribute, attribute);
}

function writeAttribute(attribute: GraphAttribute, pbf: PbfWriter): void {
  switch (attribute.kind) {
    case 'list':
      pbf.writeMessage(1, writeList, attribute.value);
      break;
    case 'string':
      pbf.writeStringField(2, attribute.value);
      break;
    case 'int':
      pbf.writeVarintField(3, attribute.value);
      break;
    case 'float':
      pbf.writeFloatField(4, attribute.value);
      break;
    case 'bool':
      pbf.writeBooleanField(5, attribute.value);
      break;
    case 'type':
      pbf.writeVarintField(6, attribute.value);
      break;
    case 'shape':
      pbf.writeMessage(7, writeShape, attribute.value);
      break;
    case 'tensor':
      pbf.writeMessage(8, writeTensor, attribute.value);
  }
}

function writeList({ kind, values }: GraphList, pbf: PbfWriter): void {
  if (kind === 'strings') for (const value of values) pbf.writeStringField(2, value);
  else if (kind === 'ints') pbf.writePackedVarint(3, [...values]);
  else if (kind === 'floats') pbf.writePackedFloat(4, [...values]);
  else if (kind === 'bools') pbf.writePackedBoolean(5, [...values]);
  else pbf.writePackedVarint(6, [...values]);
}

function writeShape(shape: readonly number[], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(2, (value, dim) => dim.writeVarintField(1, value), size);
}

function writeTensor({ dtype, shape, bytes }: GraphTensor, pbf: PbfWriter): void {
  pbf.writeVarintField(1, dtype);
  pbf.writeMessage(2, writeShape, shape);
  pbf.writeBytesField(4, bytes);
}
