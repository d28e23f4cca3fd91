// The little of RE2 that Spoor needs, in C (https://github.com/google/re2).
#ifndef SPOOR_CRE2_H
#define SPOOR_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A pattern that has been read. May be matched by many threads at once.
typedef struct cre2_pattern cre2_pattern;

/// Reads a pattern in RE2's syntax, in which `.` matches line ends too.
/// - most_bytes: what the program and its caches may take; a pattern that needs more is refused.
/// - error: gets why the pattern cannot be read, cut to error_size bytes with the zero at its end.
/// - Returns: NULL for a pattern that cannot be read, or where memory is short.
cre2_pattern *cre2_open(const char *text, size_t size, int64_t most_bytes, char *error, size_t error_size);

/// Whether the pattern matches all of the text, from its beginning to its end.
bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t size);

void cre2_close(cre2_pattern *pattern);

#ifdef __cplusplus
}
#endif

#endif
