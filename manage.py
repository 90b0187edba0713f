#!/usr/bin/env python3
"""The one entry: sets the machine up when needed, then runs a command inside the project's environment."""

import sys


def main() -> int:
    """Hand over to the set-up, which re-executes inside the environment."""
    if sys.version_info < (3, 11):
        print("同舟需要 Python 3.11 或更新版本，当前是 " + sys.version.split()[0] + "。请安装后重试。")
        return 2
    from config.bootstrap import main as bootstrap

    return bootstrap(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
