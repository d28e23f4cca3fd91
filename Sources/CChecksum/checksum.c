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

// The instruction takes three cycles but can begin one every cycle, so long runs go as three lanes side by side, whose
// checksums are joined by tables that say what a checksum becomes when LANE zeros follow
// (https://stackoverflow.com/a/17646775).
#define LANE 1024

static uint32_t lane_shift[4][256];
static pthread_once_t lane_once = PTHREAD_ONCE_INIT;

static uint32_t through(const uint32_t *matrix, uint32_t vector) {
  uint32_t sum = 0;
  for (; vector != 0; vector >>= 1, matrix++)
    if (vector & 1) sum ^= *matrix;
  return sum;
}

static void fill_lane_shift(void) {
  uint32_t matrix[32], square[32];
  matrix[0] = POLYNOMIAL; // what one zero bit makes of each bit
  for (int bit = 1; bit < 32; bit++) matrix[bit] = 1u << (bit - 1);
  for (size_t bits = 1; bits < LANE * 8; bits *= 2) {
    for (int bit = 0; bit < 32; bit++) square[bit] = through(matrix, matrix[bit]);
    memcpy(matrix, square, sizeof matrix);
  }
  for (int byte = 0; byte < 4; byte++)
    for (uint32_t value = 0; value < 256; value++) lane_shift[byte][value] = through(matrix, value << 8 * byte);
}

static uint32_t behind_lane(uint32_t crc) {
  return lane_shift[0][crc & 0xff] ^ lane_shift[1][crc >> 8 & 0xff] ^ lane_shift[2][crc >> 16 & 0xff] ^
         lane_shift[3][crc >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t with_instruction(uint32_t seed, const uint8_t *at, size_t count) {
  uint64_t crc = (uint32_t)~seed;
  if (count >= 3 * LANE) pthread_once(&lane_once, fill_lane_shift);
  for (; count >= 3 * LANE; at += 3 * LANE, count -= 3 * LANE) {
    uint64_t second = 0, third = 0, words[3];
    for (size_t offset = 0; offset < LANE; offset += 8) {
      memcpy(&words[0], at + offset, 8);
      memcpy(&words[1], at + offset + LANE, 8);
      memcpy(&words[2], at + offset + 2 * LANE, 8);
      crc = __builtin_ia32_crc32di(crc, words[0]);
      second = __builtin_ia32_crc32di(second, words[1]);
      third = __builtin_ia32_crc32di(third, words[2]);
    }
    crc = behind_lane(behind_lane((uint32_t)crc) ^ (uint32_t)second) ^ (uint32_t)third;
  }
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
