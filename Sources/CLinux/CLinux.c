#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/ioctl.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int clinux_receive_datagrams(
    int socket, void *buffer, size_t stride, clinux_datagram *datagrams, unsigned int count) {
  struct mmsghdr messages[CLINUX_DATAGRAMS_MAX];
  struct iovec places[CLINUX_DATAGRAMS_MAX];
  if (count > CLINUX_DATAGRAMS_MAX) count = CLINUX_DATAGRAMS_MAX;
  memset(messages, 0, count * sizeof messages[0]);
  for (unsigned int i = 0; i < count; i++) {
    places[i].iov_base = (char *)buffer + i * stride;
    places[i].iov_len = stride;
    messages[i].msg_hdr.msg_iov = &places[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  int read = recvmmsg(socket, messages, count, MSG_DONTWAIT, NULL);
  if (read < 0) return -errno;
  for (int i = 0; i < read; i++) {
    datagrams[i].byte_count = messages[i].msg_len;
    datagrams[i].is_truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
  }
  return read;
}

int clinux_make_event(void) {
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return event < 0 ? -errno : event;
}

int clinux_tune_malloc(int mmap_threshold, int trim_threshold) {
  return mallopt(M_MMAP_THRESHOLD, mmap_threshold) == 1 && mallopt(M_TRIM_THRESHOLD, trim_threshold) == 1;
}

int clinux_terminal_columns(int file_descriptor) {
  struct winsize size;
  return ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
