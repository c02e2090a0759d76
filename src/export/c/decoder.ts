/** The functions that model.h declares, after those of the coder `range`. */
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

static unsigned next_code(qgt_reader *reader) {
#ifdef QGT_USES_RANGE
  if (reader->tensor->encoding == QGT_RANGE) return next_range(reader);
#endif
  return reader->tensor->encoding == QGT_BITS ? next_bits(reader) : next_radix(reader);
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
  const uint32_t channel = reader->element / tensor->inner % tensor->channels;
  const unsigned code = next_code(reader);
  const float level = tensor->level ? tensor->level[code] : tensor->first + (float)code * tensor->step;
  const float scale = tensor->scale ? tensor->scale[channel] : widen(tensor->half_scale[channel]);
  /* Kept from being fused with the sum, which would round once where qgt rounds twice. */
  volatile float value = scale * level;
  if (tensor->offset) value = value + tensor->offset[channel];
  return value;
}

void qgt_open(qgt_reader *reader, const qgt_tensor *tensor, uint32_t *workspace) {
  uint32_t reach = 1;
  memset(reader, 0, sizeof *reader);
  reader->tensor = tensor;
  reader->next = tensor->data;
  reader->workspace = workspace;
  if (tensor->encoding == QGT_RADIX) {
    for (; reach * tensor->levels <= 256; reach *= tensor->levels) reader->width++;
  } else {
    for (; reach < tensor->levels; reach *= 2) reader->width++;
  }
#ifdef QGT_USES_RANGE
  if (tensor->encoding == QGT_RANGE) open_range(reader);
#endif
}

void qgt_read(qgt_reader *reader, float *values, uint32_t count) {
  const float *floats = reader->tensor->data;
  uint32_t i;
  for (i = 0; i < count; i++) {
    values[i] = reader->tensor->encoding == QGT_FLOAT32 ? floats[reader->element] : next_value(reader);
    reader->element++;
  }
}

void qgt_unpack(const qgt_tensor *tensor, float *values, uint32_t *workspace) {
  qgt_reader reader;
  qgt_open(&reader, tensor, workspace);
  qgt_read(&reader, values, tensor->size);
}
`;
