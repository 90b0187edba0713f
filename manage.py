#!/usr/bin/env python3
"""The one command of the platform: `python3 manage.py up`, `python3 manage.py test`, and every Django command."""

import sys

if sys.version_info < (3, 11):  # said before anything newer is parsed
    sys.stderr.write(
        "同舟需要 Python 3.11 或更高版本，现在是 {}.{}。请安装新版 Python（例如 apt-get install python3.11 python3.11-venv），"
        "再用它运行：python3.11 manage.py up\n".format(*sys.version_info[:2])
    )
    sys.exit(1)

if __name__ == "__main__":
    from config.bootstrap import main

    sys.exit(main(sys.argv[1:]))
