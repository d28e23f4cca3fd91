#include "CChecksum.h"

#include <string.h>

// Folds the 128-bit product of two words into one, as wyhash does (https://github.com/wangyi-fudan/wyhash).
static inline uint64_t mix(uint64_t left, uint64_t right) {
  unsigned __int128 product = (unsigned __int128)left * right;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t word(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  return value;
}

static inline void absorb(uint64_t lanes[4], const uint64_t key[8], const uint8_t *at) {
  for (int lane = 0; lane < 4; lane++)
    lanes[lane] = mix(word(at + 16 * lane) ^ key[2 * lane], word(at + 16 * lane + 8) ^ key[2 * lane + 1] ^ lanes[lane]) +
                  key[lane];
}

// Four lanes of 16 bytes a step, which a processor works on at once; what is left over is filled up with zeros, and the
// length tells such ends apart.
void spoor_fingerprint(const uint64_t key[8], const void *bytes, size_t count, uint64_t result[2]) {
  uint64_t lanes[4] = {0}; // no word of the key, which would cancel out in its lane and swallow what it is multiplied with
  const uint8_t *at = bytes;
  size_t left = count;
  for (; left >= 64; at += 64, left -= 64) absorb(lanes, key, at);
  if (left > 0) {
    uint8_t end[64] = {0};
    memcpy(end, at, left);
    absorb(lanes, key, end);
  }
  uint64_t length = (uint64_t)count;
  result[0] = mix(mix(lanes[0] ^ key[0], lanes[1] ^ length) ^ key[2], mix(lanes[2] ^ key[1], lanes[3] ^ key[3]));
  result[1] = mix(mix(lanes[3] ^ key[4], lanes[0] ^ key[5]) ^ key[7], mix(lanes[1] ^ key[6], lanes[2] ^ length));
}
