"""Seals and number series in the back office: written through services, for the system administrator alone."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core.clock import today
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.enums import SealStatus
from apps.documents.models import ESeal, NumberSeries
from apps.documents.services.sealing import eseal_make
from apps.documents.services.series import series_open
from tests.factories.world import World
from tests.helpers.outgoing import carried, stepped

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SignIn = Callable[[str], Client]
SEAL, SERIES = "admin:documents_eseal", "admin:documents_numberseries"


@pytest.mark.parametrize(
    ("who", "status"), [("sysadmin", 200), ("secadmin", 403), ("auditadmin", 403), ("clerk", 404)]
)
def test_only_the_system_administrator_keeps_seals_and_series(
    world: World, client_as: SignIn, who: str, status: int
) -> None:
    for name in (SEAL, SERIES):
        assert client_as(who).get(reverse(f"{name}_changelist"), follow=True).status_code == status


def test_a_seal_is_made_once_and_shown(world: World, client_as: SignIn) -> None:
    client, organ = client_as("sysadmin"), world.organs["finance"]
    form = {"organ": organ.pk, "name": ""}
    assert client.post(reverse(f"{SEAL}_add"), {**form, "name": organ.full_name}).status_code == 302
    seal = ESeal.objects.get(organ=organ)
    assert (
        "data:image/svg+xml;base64," in client.get(reverse(f"{SEAL}_change", args=[seal.pk])).content.decode()
    )
    again = client.post(reverse(f"{SEAL}_add"), {**form, "name": organ.full_name})
    assert "已有在用印章" in again.content.decode()
    assert ESeal.objects.filter(organ=organ).count() == 1


def test_a_seal_changes_state_with_a_reason_and_stays_revoked(world: World, client_as: SignIn) -> None:
    client = client_as("sysadmin")
    seal = eseal_make(actor=None, organ_id=world.organs["finance"].pk)

    def press(verb: str, reason: str) -> str:
        address = reverse(f"admin:documents_eseal_{verb}", args=[seal.pk])
        return client.post(address, {"reason": reason}, follow=True).content.decode()

    press("suspend", "")
    seal.refresh_from_db()
    assert seal.status == SealStatus.ACTIVE
    press("suspend", "保管人调离")
    seal.refresh_from_db()
    assert seal.status == SealStatus.SUSPENDED
    press("revoke", "机构更名")
    assert "已注销，不能再变更" in press("resume", "误操作")
    seal.refresh_from_db()
    assert seal.status == SealStatus.REVOKED
    assert AuditEntry.objects.filter(action="documents.seal_status").count() == 2


def test_a_series_goes_on_from_the_paper_ledger(world: World, client_as: SignIn) -> None:
    client, organ = client_as("sysadmin"), world.organs["office"]
    form = {
        "organ": organ.pk,
        "prefix": "岱政办发",
        "year": today().year,
        "first_serial": 17,
        "is_default": "on",
    }
    assert client.post(reverse(f"{SERIES}_add"), form).status_code == 302
    document = stepped(world, carried(world, Status.NUMBERING))
    assert document.document_number == f"岱政办发〔{today().year}〕17号"
    assert "已经存在" in client.post(reverse(f"{SERIES}_add"), form).content.decode()


def test_one_series_of_the_year_is_the_default(world: World, client_as: SignIn) -> None:
    organ, year = world.organs["office"], today().year
    first = series_open(actor=None, organ_id=organ.pk, prefix="岱政办发", year=year)
    second = series_open(actor=None, organ_id=organ.pk, prefix="岱政办函", year=year)
    assert list(NumberSeries.objects.filter(organ=organ, is_default=True)) == [second]
    client_as("sysadmin").post(reverse("admin:documents_numberseries_make_default", args=[first.pk]))
    assert list(NumberSeries.objects.filter(organ=organ, is_default=True)) == [first]
