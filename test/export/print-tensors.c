/* Prints every tensor of a model.h: its name in hexadecimal, its shape and the bits of its values. Each is read whole
 * and again in rows of its last dimension, which must give the same. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static void print_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  printf(" %08lx", (unsigned long)bits);
}

static int read_in_rows(const qgt_tensor *tensor, float *values, uint32_t *workspace) {
  const uint32_t row = tensor->rank == 0 ? 1 : tensor->shape[tensor->rank - 1];
  qgt_reader reader;
  uint32_t done;
  qgt_open(&reader, tensor, workspace);
  for (done = 0; done < tensor->size; done += row) qgt_read(&reader, values + done, row);
  return done == tensor->size;
}

int main(void) {
  size_t number, i;
  for (number = 0; number < QGT_TENSOR_COUNT; number++) {
    const qgt_tensor *tensor = &qgt_tensors[number];
    /* As much as is needed and no more, so that valgrind sees what is written beyond. */
    float *values = malloc(tensor->size * sizeof *values + 1);
    float *rows = malloc(tensor->size * sizeof *rows + 1);
    uint32_t *workspace = malloc(tensor->workspace * sizeof *workspace + 1);
    const char *letter;
    if (values == NULL || rows == NULL || workspace == NULL) return 1;
    if (tensor->workspace > QGT_WORKSPACE_WORDS) return 3;
    for (letter = tensor->name; *letter; letter++) printf("%02x", (unsigned)(unsigned char)*letter);
    printf(" [");
    for (i = 0; i < tensor->rank; i++) printf(" %lu", (unsigned long)tensor->shape[i]);
    printf(" ]");
    qgt_unpack(tensor, values, workspace);
    for (i = 0; i < tensor->size; i++) print_bits(values[i]);
    printf("\n");
    if (!read_in_rows(tensor, rows, workspace) || memcmp(values, rows, tensor->size * sizeof *rows) != 0) return 2;
    free(values);
    free(rows);
    free(workspace);
  }
  return 0;
}
