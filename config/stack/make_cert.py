"""`manage.py make_cert NAME…`: a certificate for the installation from an authority of its own."""

import argparse
import datetime
from pathlib import Path

from config.stack.certificates import CertificateRefused, issue
from config.stack.console import say
from config.stack.privilege import own_tree
from config.stack.services import ROOT
from config.stack.state import State, StateRefused


def main(arguments: list[str], folder: Path | None) -> int:
    """Issue and say what to do with it. Exit code 0 done, 2 refused."""
    parser = argparse.ArgumentParser(
        prog="manage.py make_cert",
        description="签发网站证书：建立本单位的根证书（只建一次），为名称和地址签发证书。",
    )
    parser.add_argument(
        "names", nargs="+", metavar="NAME", help="主机名或 IP 地址，如 oa.example.gov.cn 10.1.2.3"
    )
    parser.add_argument("--new-ca", action="store_true", help="重新建立根证书；各设备须重新安装")
    parser.add_argument("--state", type=Path, metavar="DIR", help="状态目录，证书写在其中的 certs/")
    chosen = parser.parse_args(arguments)
    try:
        state = State.at(folder or ROOT / ".state")
        certs = state.folder / "certs"
        moment = datetime.datetime.now(datetime.UTC)
        facts = issue(certs, chosen.names, moment=moment, new_authority=chosen.new_ca)
        own_tree(certs.parent, state.who)
    except (CertificateRefused, StateRefused) as error:
        say(str(error), "red")
        return 2
    except OSError as error:
        say(f"证书没有写成：{error.strerror}。请检查磁盘空间和权限后重试。", "red")
        return 2
    say(f"已签发：{'、'.join(facts.names)}，有效至 {facts.expires_at.astimezone():%Y年%-m月%-d日}。", "green")
    say(f"根证书：{certs / 'ca.crt'}（各设备安装一次；说明见网站的 /help/certificate/）")
    say(
        f"启动：python3 manage.py up --state {state.folder} --cert {certs / 'server.crt'} --key {certs / 'server.key'}"
    )
    return 0
