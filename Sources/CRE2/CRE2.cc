#include "CRE2.h"

#include <re2/re2.h>

#include <cstring>
#include <new>

// No exception leaves these functions: Swift could not catch one.

struct cre2_pattern {
  re2::RE2 expression;

  cre2_pattern(const re2::StringPiece &text, const re2::RE2::Options &options) : expression(text, options) {}
};

static void say(const char *sentence, char *error, size_t error_size) {
  if (error_size == 0) return;
  std::strncpy(error, sentence, error_size - 1);
  error[error_size - 1] = 0;
}

cre2_pattern *cre2_open(const char *text, size_t size, int64_t most_bytes, char *error, size_t error_size) try {
  re2::RE2::Options options;
  options.set_max_mem(most_bytes);
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_dot_nl(true);
  auto *pattern = new (std::nothrow) cre2_pattern(re2::StringPiece(text, size), options);
  if (pattern == nullptr) {
    say("there is no memory for it", error, error_size);
    return nullptr;
  }
  if (!pattern->expression.ok()) {
    say(pattern->expression.error().c_str(), error, error_size);
    delete pattern;
    return nullptr;
  }
  return pattern;
} catch (...) {
  say("there is no memory for it", error, error_size);
  return nullptr;
}

bool cre2_matches(const cre2_pattern *pattern, const char *text, size_t size) try {
  return pattern->expression.Match(
      re2::StringPiece(text, size), 0, size, re2::RE2::ANCHOR_BOTH, nullptr, 0);
} catch (...) {
  return false;
}

void cre2_close(cre2_pattern *pattern) { delete pattern; }
