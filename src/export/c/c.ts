import { sizeOf } from '../../core/index.js';
import type { StoredTensor } from '../../pack/index.js';
import type { Exporter } from '../exporter.js';
import { declarations } from './declarations.js';
import { decoder } from './decoder.js';
import { identifiersFor } from './identifiers.js';
import { arrayDefinition } from './literals.js';
import { rangeDecoder } from './range-decoder.js';
import { type TensorFields, tensorFields } from './tensor.js';

const GENERATED = '/* Written by qgt export --to c: packed weights, and what reads them. */\n';

/** model.h and model.c: the packed weights as constants, and a decoder in C99 that needs no heap. */
export const c: Exporter = {
  name: 'c',
  describe: 'model.h and model.c: packed weights and a decoder in C99 for a microcontroller',
  weights: ['auto'],
  export: async ({ tensors }) => {
    const kept = tensors.filter(isFloat);
    const fields = kept.map(tensorFields);
    const files = { 'model.h': writeHeader(kept, fields), 'model.c': writeSource(fields) };
    return {
      files: Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) })),
      notes: tensors
        .filter((tensor) => !isFloat(tensor))
        .map(({ name }) => `left out: ${name}, which is not float32`),
    };
  },
};

function isFloat(tensor: StoredTensor): boolean {
  return tensor.encoding === 'codes' || tensor.dtype === 'float32';
}

function writeHeader(tensors: readonly StoredTensor[], fields: readonly TensorFields[]): string {
  const identifiers = identifiersFor(tensors.map(({ name }) => name));
  const names = tensors.map(
    ({ shape }, number) =>
      `#define QGT_TENSOR_${identifiers[number]} (&qgt_tensors[${number}])\n` +
      `#define QGT_SIZE_${identifiers[number]} ${sizeOf(shape)}\n`,
  );
  const words = fields.map(({ workspace }) => Number(workspace ?? 0));
  return `${GENERATED}#ifndef QGT_MODEL_H
#define QGT_MODEL_H

${declarations}
${words.some((count) => count > 0) ? '#define QGT_USES_RANGE\n' : ''}#define QGT_WORKSPACE_WORDS ${Math.max(1, ...words)}
#define QGT_TENSOR_COUNT ${tensors.length}
extern const qgt_tensor qgt_tensors[];

${names.join('')}
#ifdef __cplusplus
}
#endif
#endif
`;
}

function writeSource(fields: readonly TensorFields[]): string {
  const written = fields.map(writeTensor);
  return `${GENERATED}#include "model.h"

#include <math.h>
#include <string.h>

${written.map(({ arrays }) => arrays).join('\n')}
const qgt_tensor qgt_tensors[] = {
${written.map(({ entry }) => entry).join('')}  { .name = NULL }
};

${rangeDecoder}
${decoder}`;
}

/** The definitions of a tensor's arrays, and its entry in the table; C has no arrays without elements. */
function writeTensor(fields: TensorFields, number: number): { arrays: string; entry: string } {
  let arrays = '';
  let entry = '';
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value !== 'object') entry += `    .${field} = ${value},\n`;
    else if (value.literals.length > 0) {
      const name = `${field}_${number}`;
      arrays += arrayDefinition(value.type, name, value.literals);
      entry += `    .${field} = ${name},\n`;
    }
  }
  return { arrays, entry: `  {\n${entry}  },\n` };
}
