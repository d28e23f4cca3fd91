"""Runs `spoor top` on a pseudo-terminal of 24 lines and 80 columns, presses keys, ends it in one of several ways, and says
what became of the terminal.

    top_terminal.py END SPOOR ARGUMENTS...      END is q, interrupt, SIGTERM, SIGHUP or SIGSEGV
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

end, command = sys.argv[1], sys.argv[2:]
terminal, side = pty.openpty()
fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
before = termios.tcgetattr(side)

child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
    for number in range(3):
        os.dup2(side, number)
    os.execv(command[0], command)

screen = b""


def read_until(words, seconds=30):
    """Everything shown since the last call, up to the first frame with these words in it."""
    global screen
    shown, limit = b"", time.monotonic() + seconds
    while words not in shown:
        if time.monotonic() > limit:
            sys.exit(f"{words!r} did not come; {shown[-2000:]!r}")
        if select.select([terminal], [], [], 0.1)[0]:
            more = os.read(terminal, 1 << 16)
            shown += more
            screen += more
    return shown


def drain():
    global screen
    while select.select([terminal], [], [], 0.1)[0]:
        screen += os.read(terminal, 1 << 16)


read_until(b"q quit")
raw = termios.tcgetattr(side)
os.write(terminal, b"e")
edges = read_until(b"s services")
os.write(terminal, b"\x1b[B\x1b[Asn")
read_until("SERVICE▲".encode())
os.write(terminal, b" ")
read_until(b"paused")
if end == "q":
    os.write(terminal, b"q")
elif end == "interrupt":
    os.write(terminal, b"\x03")
else:
    os.kill(child, getattr(signal, end))
limit = time.monotonic() + 30
done, status = os.waitpid(child, os.WNOHANG)
while done == 0:
    drain()
    if time.monotonic() > limit:
        os.kill(child, signal.SIGKILL)
        sys.exit("it did not end")
    done, status = os.waitpid(child, os.WNOHANG)
drain()

after = termios.tcgetattr(side)
text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", edges.decode())
print(
    json.dumps(
        {
            "raw": not raw[3] & termios.ICANON and not raw[3] & termios.ECHO,
            "restored": after == before,
            "cursor": screen.rfind(b"\x1b[?25h") > screen.rfind(b"\x1b[?25l"),
            "screen": screen.rfind(b"\x1b[?1049l") > screen.rfind(b"\x1b[?1049h"),
            "widest": max(len(line.strip("\r")) for line in text.split("\n")),
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        }
    )
)
