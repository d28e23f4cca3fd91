#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Everything here is safe in a signal handler but clinux_terminal_take, which installs the handlers.

static struct termios usual, taken;
static int input_file, output_file;
static atomic_int is_taken;

static const char show[] = "\033[?1049h\033[?25l\033[?7l\033[2J";
static const char hide[] = "\033[0m\033[?7h\033[?25h\033[?1049l";

/// What ends a process by default, and what is sent when a terminal goes.
static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS,
                           SIGILL, SIGFPE, SIGTRAP, SIGSYS,  SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2};
enum { END_COUNT = sizeof ends / sizeof ends[0] };
static struct sigaction before[END_COUNT];

static void put(const char *text, size_t count) {
  while (count > 0) {
    ssize_t written = write(output_file, text, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    count -= (size_t)written;
  }
}

void clinux_terminal_give_back(void) {
  int error = errno;
  if (atomic_exchange(&is_taken, 0)) {
    put(hide, sizeof hide - 1);
    tcsetattr(input_file, TCSANOW, &usual);
  }
  errno = error;
}

static int take_again(void) {
  if (tcsetattr(input_file, TCSANOW, &taken) < 0) return -errno;
  put(show, sizeof show - 1);
  atomic_store(&is_taken, 1);
  return 0;
}

static void end(int signal) {
  clinux_terminal_give_back();
  // Whoever was to handle it before does so now; mostly that is the end.
  for (int i = 0; i < END_COUNT; i++)
    if (ends[i] == signal) sigaction(signal, &before[i], NULL);
  raise(signal);
}

void clinux_terminal_suspend(void) {
  int was_taken = atomic_load(&is_taken);
  clinux_terminal_give_back();
  struct sigaction usual_stop = {.sa_handler = SIG_DFL}, stop;
  sigaction(SIGTSTP, &usual_stop, &stop);
  sigset_t only, mask;
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &only, &mask);
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGTSTP, &stop, NULL);
  if (was_taken) take_again();
}

static void stop(int signal) {
  (void)signal;
  int error = errno;
  clinux_terminal_suspend();
  errno = error;
}

int clinux_terminal_take(int input, int output) {
  if (atomic_load(&is_taken)) return -EBUSY;
  if (tcgetattr(input, &usual) < 0) return -errno;
  input_file = input;
  output_file = output;
  taken = usual;
  taken.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
  taken.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR);
  taken.c_cc[VMIN] = 1;
  taken.c_cc[VTIME] = 0;
  static int is_installed;
  if (!is_installed) {
    is_installed = 1;
    atexit(clinux_terminal_give_back);
    for (int i = 0; i < END_COUNT; i++) {
      sigaction(ends[i], NULL, &before[i]);
      // What is ignored, as under nohup, stays so.
      if (before[i].sa_handler == SIG_IGN) continue;
      struct sigaction action = {.sa_handler = end, .sa_flags = SA_ONSTACK};
      sigaction(ends[i], &action, NULL);
    }
    struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
    sigaction(SIGTSTP, &action, NULL);
  }
  return take_again();
}

int clinux_terminal_read(int input, int milliseconds) {
  struct pollfd waiting = {.fd = input, .events = POLLIN};
  int ready = poll(&waiting, 1, milliseconds);
  if (ready < 0) return errno == EINTR ? -1 : -2;
  if (ready == 0) return -1;
  unsigned char byte;
  ssize_t count = read(input, &byte, 1);
  if (count == 1) return byte;
  return count < 0 && (errno == EINTR || errno == EAGAIN) ? -1 : -2;
}
