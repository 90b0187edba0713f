"""How fonts reach the machine, and what happens without them."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.typesetting import FontsMissing, TypesettingError, compose, fonts
from apps.typesetting.faces import FontLibrary, font_library
from tests.helpers.fonts import CACHE, open_fonts
from tests.typesetting.paper import read
from tests.typesetting.sheets import NOTICE, notice

WANTED = fonts.FontPackage("pkg", "npm", "测试字体", 1, {"A.ttf": ""})


def archive_of(path: Path, names: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as opened:
        for name, data in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            opened.addfile(member, io.BytesIO(data))
    return path


def test_what_is_there_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_fetch", lambda *_: pytest.fail("fetched"))
    said: list[str] = []
    assert fonts.fonts_install(CACHE, said.append) == ()
    assert said == []


def test_what_another_folder_of_the_machine_holds_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only when whole and unchanged; the first folder that qualifies serves."""
    good = hashlib.sha256(b"font").hexdigest()
    monkeypatch.setattr(fonts, "PACKAGES", (fonts.FontPackage("pkg", "npm", "测试字体", 1, {"A.ttf": good}),))
    for name, data in {"bad": b"changed", "good": b"font"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "A.ttf").write_bytes(data)
    folders = (tmp_path / "bad", tmp_path / "good")
    monkeypatch.setattr(fonts, "font_folders", lambda: folders)
    monkeypatch.setattr(fonts, "_fetch", lambda *_: pytest.fail("fetched"))
    assert fonts.fonts_install(tmp_path / "target", lambda _: None) == ()
    assert (tmp_path / "target" / "A.ttf").read_bytes() == b"font"


def test_only_the_wanted_files_are_kept_and_put_in_place_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "PACKAGES", (WANTED,))
    monkeypatch.setattr(
        fonts,
        "_npm_pack",
        lambda _name, folder, _cache: archive_of(folder / "p.tgz", {"x/A.ttf": b"font", "x/B.ttf": b"other"}),
    )
    said: list[str] = []
    assert fonts.fonts_install(tmp_path, said.append) == ()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] != ".") == ["A.ttf"]
    assert (tmp_path / "A.ttf").read_bytes() == b"font"
    assert said == ["正在下载测试字体，约 1 MB…", "测试字体已装好。"]


def test_a_file_with_another_digest_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = fonts.FontPackage("pkg", "npm", "测试字体", 1, {"A.ttf": "0" * 64}, is_needed=True)
    monkeypatch.setattr(fonts, "PACKAGES", (needed,))
    monkeypatch.setattr(
        fonts, "_npm_pack", lambda _n, folder, _c: archive_of(folder / "p.tgz", {"A.ttf": b"forged"})
    )
    with pytest.raises(TypesettingError, match="摘要不符"):
        fonts.fonts_install(tmp_path, print)
    assert not (tmp_path / "A.ttf").exists()


def test_without_apt_the_replaceable_fonts_are_named_and_the_rest_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "PACKAGES", tuple(p for p in fonts.PACKAGES if p.client == "apt"))
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.setattr(fonts, "font_folders", lambda: ())
    said: list[str] = []
    missing = fonts.fonts_install(tmp_path, said.append)
    assert missing == ("仿宋、楷体（Fandol）", "生僻字（霞鹜文楷）")
    assert any("本机没有 apt" in line for line in said)


def some_fonts(folder: Path, *names: str) -> FontLibrary:
    for name in names:
        (folder / name).symlink_to(CACHE / name)
    return font_library([folder])


NOTO = (
    "NotoSerifSC_300Light.ttf",
    "NotoSerifSC_400Regular.ttf",
    "NotoSerifSC_700Bold.ttf",
    "NotoSansSC_500Medium.ttf",
)


def test_without_fangsong_the_next_font_of_the_chain_serves_and_the_preview_says_so(tmp_path: Path) -> None:
    typeset = compose(notice(body="一、认识\n（一）要求\n请执行。"), library=some_fonts(tmp_path, *NOTO))
    assert typeset.fonts == (
        "NotoSansSC-Medium",
        "NotoSerifSC-Bold",
        "NotoSerifSC-Light",
        "NotoSerifSC-Regular",
    )
    assert any("未安装仿宋字体" in warning for warning in typeset.warnings)
    assert any("未安装楷体字体" in warning for warning in typeset.warnings)


def test_a_font_dropped_into_the_folder_is_taken_without_a_restart(tmp_path: Path) -> None:
    some_fonts(tmp_path, *NOTO)
    library = some_fonts(tmp_path, "FandolFang-Regular.otf")
    assert "FandolFang-Regular" in compose(NOTICE, library=library).fonts


def test_no_font_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.typesetting.faces.CHAINS", {"fangsong": ("No Such Family",)})
    with pytest.raises(FontsMissing, match="尚未安装中文字体"):
        font_library([tmp_path])


def test_a_character_no_font_has_is_marked_and_named(library: FontLibrary) -> None:
    typeset = compose(notice(body="请各单位🙂认真执行。", title="关于🙂的通知"), library=library)
    assert any("🙂" in warning for warning in typeset.warnings)
    assert "请各单位〓认真执行。" in read(typeset.pdf).text()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@pytest.mark.long
def test_any_character_at_all_can_be_laid_out(text: str) -> None:
    typeset = compose(notice(body=f"请{text}", title=f"关于{text}", note=text), library=open_fonts())
    assert typeset.page_count


def test_a_complete_library_warns_of_nothing(library: FontLibrary) -> None:
    assert compose(NOTICE, library=library).warnings == ()
