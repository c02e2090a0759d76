/** The coder `range` of docs/format.md, in C; only where a tensor needs it, since its tables take memory. */
export const rangeDecoder = `\
#ifdef QGT_USES_RANGE
enum { SOURCES = 6, CONTEXTS = 17, NEIGHBOURS = 4 };

/* 65536 / (1 + exp(-x / 2)) - 32768 for x from 0 to 24. */
static const uint16_t logistic[] = {
  0,     8025,  15143, 20813, 24956, 27797, 29660, 30847, 31589, 32048, 32329, 32501, 32606,
  32670, 32708, 32732, 32746, 32755, 32760, 32763, 32765, 32766, 32767, 32767, 32768
};

/* How probable a 1 is where the weights have this sum, in 65536ths. */
static int32_t squash(int32_t sum) {
  int32_t size = sum < 0 ? -sum : sum;
  int32_t low, high;
  if (size > 786431) size = 786431;
  low = logistic[size >> 15];
  high = logistic[(size >> 15) + 1];
  low += (high - low) * (size & 32767) / 32768;
  return sum < 0 ? 32768 - low : 32768 + low;
}

static uint32_t next_byte(qgt_reader *reader) {
  const uint8_t *end = (const uint8_t *)reader->tensor->data + reader->tensor->length;
  return reader->next < end ? *reader->next++ : 0;
}

static unsigned next_bit(qgt_reader *reader, uint32_t probability) {
  const uint32_t bound = (reader->range >> 12) * probability;
  const unsigned bit = reader->offset < bound;
  if (bit) {
    reader->range = bound;
  } else {
    reader->range -= bound;
    reader->offset -= bound;
  }
  while (reader->range < 0x1000000u) {
    reader->range <<= 8;
    reader->offset = reader->offset << 8 | next_byte(reader);
  }
  return bit;
}

/* The size of a dimension, counted from the last that is not 1. */
static uint32_t size_of(const qgt_tensor *tensor, unsigned dimension) {
  unsigned rank = tensor->rank;
  while (rank > 0 && tensor->shape[rank - 1] == 1) rank--;
  return dimension < rank ? tensor->shape[rank - 1 - dimension] : 1;
}

/* The workspace has the weights, what was seen of each column, how often each weight was used, and the last codes. */
static unsigned next_range(qgt_reader *reader) {
  const qgt_tensor *tensor = reader->tensor;
  const uint32_t weight_count = (uint32_t)SOURCES * tensor->slots;
  const uint32_t columns = size_of(tensor, 0);
  int32_t *weights = (int32_t *)reader->workspace;
  uint32_t *column = reader->workspace + weight_count + reader->element % columns;
  uint8_t *uses = (uint8_t *)(reader->workspace + weight_count + columns);
  uint8_t *history = uses + weight_count;
  const unsigned width = reader->width;
  const unsigned nodes = 1u << (width < 4 ? width : 4);
  const uint16_t top = (uint16_t)(tensor->levels - 1);
  uint32_t at[SOURCES];
  unsigned contexts[SOURCES];
  uint32_t stride = 1;
  unsigned source, depth, node = 1, code;
  int32_t distance;

  for (source = 0; source < NEIGHBOURS; source++) {
    const uint32_t size = size_of(tensor, source);
    contexts[source] = 0;
    if (reader->element / stride % size > 0) {
      contexts[source] = 1u + (history[(reader->element - stride) % tensor->window] >> (width > 4 ? width - 4 : 0));
    }
    stride *= size;
  }
  contexts[NEIGHBOURS] = *column / 128;
  contexts[NEIGHBOURS + 1] = reader->row / 128;

  for (depth = 0; depth < width; depth++) {
    const int32_t patience = 6 + 4 * (int32_t)depth;
    const unsigned left = width - 1 - depth;
    unsigned bit = 0;
    if (((node << 1 | 1u) << left) - (1u << width) <= top) {
      int32_t sum = 0, found, error;
      uint32_t probability;
      for (source = 0; source < SOURCES; source++) {
        const unsigned context = node < nodes ? contexts[source] : CONTEXTS - 1;
        at[source] = source * tensor->slots + context * nodes + node;
        sum += weights[at[source]];
      }
      found = squash(sum);
      probability = (uint32_t)found >> 4;
      bit = next_bit(reader, probability < 1 ? 1 : probability > 4095 ? 4095 : probability);
      error = (bit ? 65536 : 0) - found;
      for (source = 0; source < SOURCES; source++) {
        uint8_t *used = uses + at[source];
        weights[at[source]] += error / (patience + *used);
        if (patience + *used < 40) ++*used;
      }
    }
    node = node << 1 | bit;
  }

  code = node - (1u << width);
  history[reader->element % tensor->window] = (uint8_t)code;
  distance = 2 * (int32_t)code - top;
  if (distance < 0) distance = -distance;
  distance = 255 * distance / top;
  *column += (uint32_t)distance - *column / 8;
  reader->row += (uint32_t)distance - reader->row / 8;
  return code;
}

static void open_range(qgt_reader *reader) {
  const uint32_t columns = size_of(reader->tensor, 0);
  uint32_t *column = reader->workspace + (uint32_t)SOURCES * reader->tensor->slots;
  uint32_t i;
  memset(reader->workspace, 0, reader->tensor->workspace * sizeof *reader->workspace);
  for (i = 0; i < columns; i++) column[i] = 1024;
  reader->row = 1024;
  reader->range = 0xffffffffu;
  for (i = 0; i < 4; i++) reader->offset = reader->offset << 8 | next_byte(reader);
}
#endif
`;
