/** Declarations of every model.h. */
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
  QGT_RADIX,   /* as many codes a byte as fit, digits to the base of levels, the first the lowest */
  QGT_RANGE    /* codes in as many bits as they surprise a model that learns from those before */
} qgt_encoding;

/* A tensor. A code stands for scale * level + offset, with the scale and the offset of the element's channel. */
typedef struct {
  const char *name;
  const uint32_t *shape; /* outermost dimension first; NULL for a scalar */
  uint8_t rank;
  uint32_t size; /* elements */
  qgt_encoding encoding;
  uint16_t levels;    /* how many values a code can take */
  const float *level; /* NULL: first + code * step */
  float first;
  float step;
  uint32_t channels;
  uint32_t inner;             /* elements one after another that share a channel */
  const float *scale;         /* one a channel; NULL: half_scale has them */
  const uint16_t *half_scale; /* the same in half precision */
  const float *offset;        /* one a channel; NULL: 0 */
  const void *data;
  uint32_t length;    /* QGT_RANGE only: bytes of data */
  uint32_t workspace; /* QGT_RANGE only: uint32_t that reading takes */
  uint16_t slots;     /* QGT_RANGE only: weights of each source */
  uint32_t window;    /* QGT_RANGE only: how many codes are remembered */
} qgt_tensor;

/* Where the reading of a tensor has come to. */
typedef struct {
  const qgt_tensor *tensor;
  const uint8_t *next;
  uint32_t element;
  uint16_t pending; /* codes of the byte before, not yet read */
  uint8_t filled;   /* how many bits or codes that is */
  uint8_t width;    /* bits a code, or codes a byte */
  uint32_t *workspace;
  uint32_t range;
  uint32_t offset;
  uint32_t row;
} qgt_reader;

/* Starts at a tensor's first element. The workspace has room for tensor->workspace numbers, QGT_WORKSPACE_WORDS is enough
 * for each; where that is 0, NULL will do. It belongs to the reader until the tensor has been read. */
void qgt_open(qgt_reader *reader, const qgt_tensor *tensor, uint32_t *workspace);

/* Reads the next count elements, row-major: a row, a filter, what the caller has room for. No more than there are. */
void qgt_read(qgt_reader *reader, float *values, uint32_t count);

/* Reads a whole tensor; values has room for tensor->size. */
void qgt_unpack(const qgt_tensor *tensor, float *values, uint32_t *workspace);
`;
