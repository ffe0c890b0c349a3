"""Runs a program that ends with the process that started it; standard library only.

Called as `python -I -S tether.py SIGNAL UID:GID|- PROGRAM ARGUMENT…`. The change of account and
the death signal are set here, in a fresh process, because the launcher has threads and because a
change of account takes the death signal away again.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def change_account(account: str) -> None:
    """Give up root for `UID:GID`; `-` keeps the account."""
    if account == "-":
        return
    uid, gid = (int(number) for number in account.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def tie_to_parent(parent: int, signal: int) -> None:
    """Ask Linux for `signal` when the launcher dies; other systems clean up at the next start."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the launcher ended while this program started")


def main() -> None:
    """Become the program."""
    parent = os.getppid()
    signal, account, *command = sys.argv[1:]
    change_account(account)
    tie_to_parent(parent, int(signal))
    os.execvpe(command[0], command, os.environ)  # noqa: S606


if __name__ == "__main__":
    main()
