#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int clinux_receive_datagrams(
    int socket, void *buffer, size_t stride, size_t byte_count_max, clinux_datagram *datagrams, unsigned int count) {
  // Kept from call to call, since the places are the same mostly. The kernel changes nothing here but results.
  static _Thread_local struct mmsghdr messages[CLINUX_DATAGRAMS_MAX];
  static _Thread_local struct iovec places[CLINUX_DATAGRAMS_MAX];
  if (count > CLINUX_DATAGRAMS_MAX) count = CLINUX_DATAGRAMS_MAX;
  if (count == 0) return 0;
  if (places[0].iov_base != buffer || places[0].iov_len != byte_count_max ||
      places[count - 1].iov_base != (char *)buffer + (count - 1) * stride) {
    for (unsigned int i = 0; i < count; i++) {
      places[i].iov_base = (char *)buffer + i * stride;
      places[i].iov_len = byte_count_max;
      messages[i].msg_hdr.msg_iov = &places[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }
  int read = recvmmsg(socket, messages, count, MSG_DONTWAIT, NULL);
  if (read < 0) return -errno;
  for (int i = 0; i < read; i++) {
    datagrams[i].byte_count = messages[i].msg_len;
    datagrams[i].is_truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
  }
  return read;
}

int clinux_wait(struct pollfd *waiting, unsigned int count, const struct timespec *timeout) {
  int ready = ppoll(waiting, count, timeout, NULL);
  return ready < 0 ? -errno : ready;
}

int clinux_make_event(void) {
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return event < 0 ? -errno : event;
}

int clinux_tune_malloc(int mmap_threshold, int trim_threshold, int heaps_max) {
  return mallopt(M_MMAP_THRESHOLD, mmap_threshold) == 1 && mallopt(M_TRIM_THRESHOLD, trim_threshold) == 1 &&
         mallopt(M_ARENA_MAX, heaps_max) == 1;
}

int clinux_restart_with_huge_pages(char *const *arguments) {
  const char *wanted = "glibc.malloc.hugetlb", *given = getenv("GLIBC_TUNABLES");
  if (given != NULL && strstr(given, wanted) != NULL) return 0;
  // Files of /sys say that they have a page.
  char policy[4097], program[PATH_MAX], tunables[4096];
  long count = clinux_read_file("/sys/kernel/mm/transparent_hugepage/enabled", policy, sizeof policy - 1);
  if (count < 0) return count == -ENOENT ? 0 : (int)count;
  policy[count] = 0;
  if (strstr(policy, "[madvise]") == NULL) return 0;
  // By its own name, which ps and top show.
  count = readlink("/proc/self/exe", program, sizeof program - 1);
  if (count < 0) return -errno;
  program[count] = 0;
  bool is_empty = given == NULL || *given == 0;
  int length = snprintf(tunables, sizeof tunables, "%s%s%s=1", is_empty ? "" : given, is_empty ? "" : ":", wanted);
  if (length < 0 || (size_t)length >= sizeof tunables) return -E2BIG;
  if (setenv("GLIBC_TUNABLES", tunables, 1) < 0) return -errno;
  execv(program, arguments);
  return -errno;
}

static long read_regular(int file, char *buffer, size_t capacity) {
  struct stat status;
  if (fstat(file, &status) < 0) return -errno;
  if (S_ISDIR(status.st_mode)) return -EISDIR;
  if (!S_ISREG(status.st_mode)) return -ESPIPE;
  if ((uint64_t)status.st_size > capacity) return -EFBIG;
  size_t count = 0;
  while (count < capacity) {
    ssize_t more = read(file, buffer + count, capacity - count);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) return -errno;
    if (more == 0) break;
    count += (size_t)more;
  }
  return (long)count;
}

long clinux_read_file(const char *path, void *buffer, size_t capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return -errno;
  long result = read_regular(file, buffer, capacity);
  close(file);
  return result;
}

long clinux_raise_open_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 1;
  struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  if (limit.rlim_cur == 0) return 1;
  return limit.rlim_cur > LONG_MAX ? LONG_MAX : (long)limit.rlim_cur;
}

int clinux_terminal_columns(int file_descriptor) {
  struct winsize size;
  return ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int clinux_terminal_rows(int file_descriptor) {
  struct winsize size;
  return ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}
