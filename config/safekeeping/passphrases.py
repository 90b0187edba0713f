"""Where the passphrase of a backup comes from: a file, the environment, the keyboard; never the command line."""

import getpass
import os
import secrets
import sys
from pathlib import Path

from config.safekeeping.errors import SafekeepingFailed, disk_trouble
from config.stack.privilege import identity, private_file, private_folder

VARIABLE = "TONGZHOU_BACKUP_PASSPHRASE"
KEPT = "backup.passphrase"


def passphrase_given(file: Path | None, *, twice: bool) -> str:
    """The passphrase of a command. Raises `SafekeepingFailed` when nobody can be asked or the two spellings differ."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SafekeepingFailed(f"读不了口令文件 {file}。请检查路径和权限。") from error
    if given := os.environ.get(VARIABLE, ""):
        return given
    if not sys.stdin.isatty():
        raise SafekeepingFailed(
            f"没有备份口令：请用 --passphrase-file 指定口令文件，或设置环境变量 {VARIABLE}。"
        )
    word = getpass.getpass("备份口令：")
    if twice and getpass.getpass("再输一次：") != word:
        raise SafekeepingFailed("两次输入的口令不一致，请重新运行。")
    return word


def passphrase_kept(folder: Path) -> str:
    """The passphrase of the nightly backups: the variable, else a file in the secrets folder, made on first use."""
    if given := os.environ.get(VARIABLE, ""):
        return given
    file = folder / KEPT
    try:
        if not file.exists():
            who = identity()
            private_folder(folder, who)
            private_file(file, "-".join(secrets.token_hex(3) for _ in range(6)), who)
        return file.read_text().strip()
    except OSError as error:
        raise disk_trouble(error, "取得备份口令") from error
