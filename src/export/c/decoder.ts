/** What every model.h declares. */
export const declarations = `\
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a tensor's values lie in its data. */
typedef enum {
  QGT_FLOAT32, /* as floats */
  QGT_BITS,    /* codes of as many bits as the largest takes, the first in the low bits */
  QGT_RADIX    /* as many codes a byte as fit, digits to the base of levels, the first the lowest */
} qgt_encoding;

/* A tensor. A code stands for scale * level + offset, with the scale and the offset of the element's channel. */
typedef struct {
  const char *name;
  const uint32_t *shape; /* outermost dimension first; NULL for a scalar */
  uint8_t rank;
  uint32_t size; /* elements */
  qgt_encoding encoding;
  uint16_t levels;            /* how many values a code can take */
  const float *level;         /* NULL: first + code * step */
  float first;
  float step;
  uint32_t channels;
  uint32_t inner;             /* elements one after another that share a channel */
  const float *scale;         /* one a channel; NULL: half_scale has them */
  const uint16_t *half_scale; /* the same in half precision */
  const float *offset;        /* one a channel; NULL: 0 */
  const void *data;
} qgt_tensor;

/* Where the reading of a tensor has come to. */
typedef struct {
  const qgt_tensor *tensor;
  const uint8_t *next;
  uint32_t element;
  uint32_t channel;
  uint32_t inside; /* elements read of the channel */
  uint16_t pending; /* codes of the byte before, not yet read */
  uint8_t filled;   /* how many bits or codes that is */
  uint8_t width;    /* bits a code, or codes a byte */
} qgt_reader;

/* Starts at a tensor's first element. */
void qgt_open(qgt_reader *reader, const qgt_tensor *tensor);

/* Reads the next count elements, row-major: a row, a filter, what the caller has room for. No more than there are. */
void qgt_read(qgt_reader *reader, float *values, uint32_t count);

/* Reads a whole tensor; values has room for tensor->size. */
void qgt_unpack(const qgt_tensor *tensor, float *values);
`;

/** The functions that read tensors, after `#include "model.h"`. */
export const decoder = `\
static unsigned next_bits(qgt_reader *reader) {
  const unsigned width = reader->width;
  unsigned code;
  if (reader->filled < width) {
    reader->pending = (uint16_t)(reader->pending | ((unsigned)*reader->next++ << reader->filled));
    reader->filled = (uint8_t)(reader->filled + 8);
  }
  code = reader->pending & ((1u << width) - 1u);
  reader->pending = (uint16_t)(reader->pending >> width);
  reader->filled = (uint8_t)(reader->filled - width);
  return code;
}

static unsigned next_radix(qgt_reader *reader) {
  const unsigned levels = reader->tensor->levels;
  unsigned code;
  if (reader->filled == 0) {
    reader->pending = *reader->next++;
    reader->filled = reader->width;
  }
  code = reader->pending % levels;
  reader->pending = (uint16_t)(reader->pending / levels);
  reader->filled--;
  return code;
}

/* IEEE 754 binary16 to binary32, exactly. */
static float widen(uint16_t half) {
  const uint32_t magnitude = half & 0x7fffu;
  float value;
  if (magnitude < 0x400u) {
    value = (float)magnitude * 5.9604644775390625e-8f; /* subnormal: in steps of 2 to the -24 */
  } else {
    const uint32_t bits = (magnitude << 13) + 0x38000000u; /* the exponent's bias is 15 there, 127 here */
    memcpy(&value, &bits, sizeof value);
  }
  return half & 0x8000u ? -value : value;
}

static float next_value(qgt_reader *reader) {
  const qgt_tensor *tensor = reader->tensor;
  const unsigned code = tensor->encoding == QGT_BITS ? next_bits(reader) : next_radix(reader);
  const float level = tensor->level ? tensor->level[code] : tensor->first + (float)code * tensor->step;
  const float scale = tensor->scale ? tensor->scale[reader->channel] : widen(tensor->half_scale[reader->channel]);
  /* Kept from being fused with the sum, which would round once where qgt rounds twice. */
  volatile float value = scale * level;
  if (tensor->offset) value = value + tensor->offset[reader->channel];
  if (++reader->inside == tensor->inner) {
    reader->inside = 0;
    if (++reader->channel == tensor->channels) reader->channel = 0;
  }
  return value;
}

void qgt_open(qgt_reader *reader, const qgt_tensor *tensor) {
  uint32_t reach = 1;
  memset(reader, 0, sizeof *reader);
  reader->tensor = tensor;
  reader->next = tensor->data;
  if (tensor->encoding == QGT_BITS) {
    for (; reach < tensor->levels; reach *= 2) reader->width++;
  } else if (tensor->encoding == QGT_RADIX) {
    for (; reach * tensor->levels <= 256; reach *= tensor->levels) reader->width++;
  }
}

void qgt_read(qgt_reader *reader, float *values, uint32_t count) {
  const float *floats = reader->tensor->data;
  uint32_t i;
  for (i = 0; i < count; i++) {
    values[i] = reader->tensor->encoding == QGT_FLOAT32 ? floats[reader->element++] : next_value(reader);
  }
}

void qgt_unpack(const qgt_tensor *tensor, float *values) {
  qgt_reader reader;
  qgt_open(&reader, tensor);
  qgt_read(&reader, values, tensor->size);
}
`;
