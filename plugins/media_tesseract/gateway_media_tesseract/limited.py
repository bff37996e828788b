"""Runs a program with limits on its memory, time and files: `limited.py SECONDS BYTES PROGRAM…`.

It is a program of its own, because limits that a process sets before it becomes another one are
set in no thread of the gateway's.
"""

import os
import resource
import sys

NOT_FOUND = 127


def main() -> None:
    seconds, size = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # It reads and writes by its pipes alone.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 # no shell, and arguments of ours
    except OSError:
        sys.exit(NOT_FOUND)


if __name__ == "__main__":
    main()
