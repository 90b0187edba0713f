"""Before tables are changed: does this program know them? If not, a sentence, and nothing is touched."""

import django
import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from config.stack import migrate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_set_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django, "setup", lambda: None)


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said; neither backup nor migration may begin."""
    monkeypatch.setattr(migrate, "backup_first", lambda: pytest.fail("a backup began"))
    monkeypatch.setattr(migrate, "call_command", lambda *_, **__: pytest.fail("a migration began"))
    before = list(MigrationRecorder.Migration.objects.order_by("pk").values_list("app", "name"))
    assert migrate.main() == 3
    assert list(MigrationRecorder.Migration.objects.order_by("pk").values_list("app", "name")) == before
    return capsys.readouterr().err


def test_the_tables_of_this_program_fit() -> None:
    """Nothing is to be said against what its own migrations made."""
    assert migrate.misfit() == ""


@pytest.mark.parametrize(("mode", "advice"), [("demo", "删去这个状态目录"), ("real", "请用写成它的那个版本")])
def test_migrations_of_another_program_are_named(
    mode: str,
    advice: str,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A folder from before the first release, or from a newer program."""
    settings.TONGZHOU_MODE = mode
    MigrationRecorder.Migration.objects.create(app="core", name="0003_submission_made")
    said = refused(capsys, monkeypatch)
    assert "不认识的升级记录（core.0003_submission_made）" in said
    assert advice in said


def test_an_order_that_cannot_be_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others build on is not recorded."""
    MigrationRecorder.Migration.objects.filter(app="accounts", name="0001_initial").delete()
    assert "升级记录前后不一" in refused(capsys, monkeypatch)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE accounts_person DROP COLUMN demo_note",
        "ALTER TABLE accounts_person ADD COLUMN nickname text",
        "ALTER TABLE accounts_person RENAME TO accounts_human",
    ],
)
def test_the_same_names_with_other_tables_are_refused(
    change: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Squashed migrations bear old names: the columns tell."""
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert "与升级记录不符（accounts_person）" in refused(capsys, monkeypatch)


def test_an_upgrade_that_breaks_off_says_where_the_backup_lies(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence, no traceback."""

    def breaks(*_: object, **__: object) -> None:
        raise OperationalError("could not extend file: No space left on device\nHINT: …")

    monkeypatch.setattr(migrate, "backup_first", lambda: "/state/backups/tonight-upgrade.backup")
    monkeypatch.setattr(migrate, "call_command", breaks)
    assert migrate.main() == 5
    said = capsys.readouterr().err
    assert "No space left on device。升级前的备份在 /state/backups/tonight-upgrade.backup" in said
    assert "HINT" not in said
