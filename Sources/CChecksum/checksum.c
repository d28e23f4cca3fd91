#include "CChecksum.h"

#include <pthread.h>
#include <string.h>

#define POLYNOMIAL 0x82f63b78u // reflected

static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ POLYNOMIAL : crc >> 1;
    table[0][byte] = crc;
  }
  for (uint32_t byte = 0; byte < 256; byte++)
    for (int slice = 1; slice < 8; slice++)
      table[slice][byte] = table[slice - 1][byte] >> 8 ^ table[0][table[slice - 1][byte] & 0xff];
}

// Eight bytes a step (slicing by 8), without assuming an order of bytes.
uint32_t spoor_crc32c_portable(uint32_t seed, const void *bytes, size_t count) {
  pthread_once(&table_once, fill_table);
  const uint8_t *at = bytes;
  uint32_t crc = ~seed;
  for (; count >= 8; at += 8, count -= 8) {
    crc ^= (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
    crc = table[7][crc & 0xff] ^ table[6][crc >> 8 & 0xff] ^ table[5][crc >> 16 & 0xff] ^ table[4][crc >> 24] ^
          table[3][at[4]] ^ table[2][at[5]] ^ table[1][at[6]] ^ table[0][at[7]];
  }
  for (; count > 0; at++, count--) crc = crc >> 8 ^ table[0][(crc ^ *at) & 0xff];
  return ~crc;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) static uint32_t with_instruction(uint32_t seed, const uint8_t *at, size_t count) {
  uint64_t crc = (uint32_t)~seed;
  for (; count >= 8; at += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    crc = __builtin_ia32_crc32di(crc, word);
  }
  uint32_t rest = (uint32_t)crc;
  for (; count > 0; at++, count--) rest = __builtin_ia32_crc32qi(rest, *at);
  return ~rest;
}

uint32_t spoor_crc32c(uint32_t seed, const void *bytes, size_t count) {
  if (__builtin_cpu_supports("sse4.2")) return with_instruction(seed, bytes, count);
  return spoor_crc32c_portable(seed, bytes, count);
}

#else

uint32_t spoor_crc32c(uint32_t seed, const void *bytes, size_t count) {
  return spoor_crc32c_portable(seed, bytes, count);
}

#endif
