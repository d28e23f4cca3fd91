#ifndef SPOOR_CCHECKSUM_H
#define SPOOR_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/// CRC32C (Castagnoli, RFC 3720 appendix B.4) of `count` bytes. `seed` is 0 or the checksum of the bytes before these,
/// so that crc(crc(0, a), b) is the checksum of a followed by b.
uint32_t spoor_crc32c(uint32_t seed, const void *bytes, size_t count);

/// The same without the processor's instruction; the tests hold the two against each other.
uint32_t spoor_crc32c_portable(uint32_t seed, const void *bytes, size_t count);

/// A fingerprint of `count` bytes under a secret key of eight words: 128 bits that nobody who does not know the key can
/// aim at, at the speed of memory. Not for files: the result may differ between versions and is the same on all machines.
void spoor_fingerprint(const uint64_t key[8], const void *bytes, size_t count, uint64_t result[2]);

#endif
