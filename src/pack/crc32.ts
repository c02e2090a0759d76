const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  return remainder;
});

/**
 * CRC-32 as in zip, gzip and PNG; it finds every altered bit and every run of up to 32 altered bits.
 *
 * @param before  The checksum of the bytes before these.
 * @returns 0 to 2 ** 32 - 1.
 * @see ISO 3309; RFC 1952, section 8.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let remainder = ~before;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ TABLE[(remainder ^ byte) & 255]!;
  return ~remainder >>> 0;
}
