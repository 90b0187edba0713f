"""The faces the standard names, and the fonts that stand for them on this machine.

The standard names classes (仿宋, 楷体, 黑体, 小标宋, 宋体), not products. An administrator may drop licensed fonts into
the font folder: they come first. Open fonts follow, so a character one font lacks comes from the next of its chain.
"""

import functools
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apps.typesetting.errors import FontsMissing

if TYPE_CHECKING:
    import typst  # 10 MB with fontTools: read where something is laid out, not where a child is asked to

ROOT = Path(__file__).resolve().parents[2]
_SERIF = ("Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC")
_SANS = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC")
_KAI = ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai")
_FANG = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R", "FandolFang")
_MARK = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK", "STZhongsong")
_HEI = ("SimHei", "黑体", "STHeiti")
_SONG = ("SimSun", "宋体", "STSong")
_WENKAI = ("LXGW WenKai",)
CHAINS: dict[str, tuple[str, ...]] = {
    "fangsong": (*_FANG, *_SERIF, *_WENKAI, *_SANS),
    "kai": (*_KAI, *_WENKAI, *_SERIF, *_SANS),
    "hei": (*_HEI, *_SANS, *_SERIF, *_WENKAI),
    "biaosong": (*_MARK, *_SERIF, *_SANS),
    "song": (*_SONG, *_SERIF, *_SANS),
}
PROPER: dict[str, tuple[str, frozenset[str]]] = {
    "fangsong": ("仿宋", frozenset(_FANG)),
    "kai": ("楷体", frozenset(_KAI) | frozenset(_WENKAI)),
    "hei": ("黑体", frozenset(_HEI) | frozenset(_SANS)),
    "biaosong": ("小标宋", frozenset(_MARK) | frozenset(_SERIF)),
    "song": ("宋体", frozenset(_SONG) | frozenset(_SERIF)),
}


@dataclass(frozen=True, eq=False)
class FontLibrary:
    """The fonts of some folders: Typst's handle, a chain of families per face, and where each family lies."""

    fonts: "typst.Fonts"
    chains: dict[str, tuple[str, ...]]
    files: dict[str, tuple[tuple[Path, int, int], ...]]  # family → (file, index in a collection, weight)
    lock: threading.Lock

    @property
    def latin(self) -> str | None:
        """The face of digits and Latin letters beside 仿宋 and 楷体."""
        return next((family for family in _SERIF if family in self.files), None)

    @property
    def substitutions(self) -> tuple[str, ...]:
        """One sentence for each face no proper font stands for."""
        return tuple(
            f"未安装{name}字体，以 {self.chains[face][0]} 代替，版面不变，字形不同。"
            for face, (name, proper) in PROPER.items()
            if self.chains[face][0] not in proper
        )

    def without_glyph(self, text: str) -> str:
        """The characters no font of the folders can show; common characters are not looked up."""
        rare = sorted(c for c in set(text) if not _is_common(c))
        for family in dict.fromkeys(family for chain in self.chains.values() for family in chain):
            if not rare:
                break
            path, index, _ = self.files[family][0]
            covered = _characters_of(path, index)
            rare = [c for c in rare if ord(c) not in covered]
        return "".join(rare)

    def file_for(self, face: str, weight: int) -> tuple[Path, int]:
        """The font file of a face nearest to a weight, for drawing glyphs as outlines."""
        path, index, _ = min(self.files[self.chains[face][0]], key=lambda entry: abs(entry[2] - weight))
        return path, index


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@functools.cache
def _characters_of(path: Path, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415  # see above

    if path.suffix.lower() in {".ttc", ".otc"}:
        font = TTCollection(path, lazy=True).fonts[index]
    else:
        font = TTFont(path, lazy=True)
    return frozenset(font.getBestCmap())


def font_folders() -> tuple[Path, ...]:
    """The folders that may hold fonts, in order: TONGZHOU_FONTS, the state folder's, the checkout's caches."""
    named = [os.environ[name] for name in ("TONGZHOU_FONTS",) if os.environ.get(name)]
    if state := os.environ.get("TONGZHOU_STATE"):
        named.append(str(Path(state) / "fonts"))
    candidates = [*map(Path, named), ROOT / ".state" / "fonts", ROOT / ".cache" / "fonts"]
    return tuple(folder for folder in dict.fromkeys(candidates) if folder.is_dir())


def font_library(folders: Iterable[Path] | None = None) -> FontLibrary:
    """The library of some folders, kept until a file in them changes; `FontsMissing` when nothing Chinese is there."""
    chosen = tuple(folders) if folders is not None else font_folders()
    with _loading:
        return _load(chosen, tuple(_fingerprint(folder) for folder in chosen))


_loading = threading.Lock()


def _fingerprint(folder: Path) -> tuple[tuple[str, int], ...]:
    return tuple(
        sorted(
            (e.name, e.stat().st_size)
            for e in os.scandir(folder)
            if e.is_file() and not e.name.startswith(".")
        )
    )


@functools.lru_cache(maxsize=2)
def _load(folders: tuple[Path, ...], _state: tuple[object, ...]) -> FontLibrary:
    import typst  # noqa: PLC0415  # see above

    for system in (False, True):
        fonts = typst.Fonts(
            include_system_fonts=system,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in folders],
        )
        files: dict[str, list[tuple[Path, int, int]]] = {}
        for info in fonts.fonts():
            if info.path and info.style == "normal":
                files.setdefault(info.family, []).append((Path(info.path), info.index, info.weight))
        chains = {face: tuple(f for f in chain if f in files) for face, chain in CHAINS.items()}
        if all(chains.values()):
            return FontLibrary(fonts, chains, {k: tuple(v) for k, v in files.items()}, threading.Lock())
    raise FontsMissing(
        "尚未安装中文字体，无法排版。请运行 python3 manage.py fonts，或稍候片刻等自动安装完成。"
    )
