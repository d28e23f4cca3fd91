#ifndef CLINUX_H
#define CLINUX_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/// The system calls that Swift's Glibc lacks, because it is built without _GNU_SOURCE.

/// What clinux_receive_datagrams says about one datagram.
typedef struct {
  /// Bytes that stand in the buffer.
  uint32_t byte_count;
  /// 1 if the datagram was longer than its place in the buffer and its end is lost, else 0.
  uint32_t is_truncated;
} clinux_datagram;

/// The most datagrams one call of clinux_receive_datagrams reads.
enum { CLINUX_DATAGRAMS_MAX = 256 };

/// Reads the datagrams that wait, without blocking: the i-th to `buffer + i * stride`, at most `byte_count_max` bytes of
/// it, which are no more than `stride`. `buffer` has `count * stride` bytes and `datagrams` has `count` elements; `count`
/// is cut at CLINUX_DATAGRAMS_MAX. Returns how many were read, or the negated errno.
int clinux_receive_datagrams(
    int socket, void *buffer, size_t stride, size_t byte_count_max, clinux_datagram *datagrams, unsigned int count);

/// ppoll without a signal mask: waits for as long as `timeout` says for one of `count` events. Returns how many there are,
/// or the negated errno.
int clinux_wait(struct pollfd *waiting, unsigned int count, const struct timespec *timeout);

/// A new, non-blocking, close-on-exec eventfd, or the negated errno.
int clinux_make_event(void);

/// Tells malloc to serve blocks up to `mmap_threshold` bytes from its heap and to keep up to `trim_threshold` free bytes
/// there. By default every body past 128 KiB is mapped and unmapped anew, which costs page faults. Its heaps, of which
/// every thread likes to have one, become no more than `heaps_max`, since each keeps free bytes. Call it once, before the
/// first thread starts. Returns 1 if all were taken, else 0.
int clinux_tune_malloc(int mmap_threshold, int trim_threshold, int heaps_max);

/// Lets malloc ask for huge pages, where Linux gives them to those who ask: replaces the process by the same program, with
/// the same process ID and `arguments`, and `glibc.malloc.hugetlb=1` in GLIBC_TUNABLES, which only a program that begins
/// can be told. Does not return then. Returns 0 if there is nothing to do, because the variable says already what is
/// wanted, or Linux gives huge pages to all or to nobody; else the negated errno, and all is as before.
int clinux_restart_with_huge_pages(char *const *arguments);

/// Reads the whole of a regular file of at most `capacity` bytes; a link is followed. Never waits for another process,
/// as opening a pipe would. Returns how many bytes there are, or the negated errno: EFBIG past the capacity, EISDIR for
/// a folder, ESPIPE for anything else that is no regular file.
long clinux_read_file(const char *path, void *buffer, size_t capacity);

/// Raises what this process may open at once to what the system lets it ask for. Returns that number, which stays what
/// it was where it cannot be raised; never less than 1.
long clinux_raise_open_files(void);

/// The width of the terminal behind a file descriptor, in columns; 0 if there is none or it does not say.
int clinux_terminal_columns(int file_descriptor);

/// Its height in lines; 0 as above.
int clinux_terminal_rows(int file_descriptor);

/// Takes the terminal for a picture of the whole screen: on `output` its other screen, without cursor and without line
/// wrapping; from `input` every key at once and unseen, ^C and ^Z among them. Until clinux_terminal_give_back is called the
/// terminal comes back by itself when the process exits, when a signal ends it, and while it is stopped. Not for two
/// terminals at once. Returns 0 or the negated errno.
int clinux_terminal_take(int input, int output);

/// Gives the terminal back as it was; nothing if it is not taken. May be called in a signal handler.
void clinux_terminal_give_back(void);

/// Waits at most so long for a byte. Returns it, -1 if none came, -2 if none will come any more.
int clinux_terminal_read(int input, int milliseconds);

/// Stops the process as ^Z does where the terminal is not taken. Returns once it is to go on, with the terminal taken
/// again.
void clinux_terminal_suspend(void);

#endif
