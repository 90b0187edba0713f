"""接收单位权限: who may print and download what they may read, at the address and on the page; what the issuer changes later."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core.errors import Forbidden, InvalidState
from apps.documents.enums import OutgoingStatus
from apps.documents.models import IncomingDocument, OutgoingDocument, ReceiverTerms, SealedFile
from apps.documents.selectors.incoming import subject_of
from apps.documents.selectors.terms import Terms, leaving_of_incoming, terms_of
from apps.documents.services.exchange import dispatch_add, document_distribute, terms_set
from apps.files.models import StoredFile
from apps.files.selectors import files_of
from tests.factories.world import World
from tests.helpers.exchange import copy_of, distributed, sealed
from tests.helpers.incoming import received, recorded

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
READ_ONLY = Terms(may_print=False, may_download=False)
NO_DOWNLOAD = Terms(may_download=False)


@pytest.fixture
def world(sealed_before: World, db: None) -> World:
    """Each test's own view of it."""
    return deepcopy(sealed_before)


def sent(world: World, terms: Terms | None = None) -> OutgoingDocument:
    """Distributed by the clerk under the terms."""
    document = sealed(world)
    return document_distribute(
        actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version, terms=terms
    )


def text_of(copy: IncomingDocument) -> StoredFile:
    """The formal text the organ received."""
    return files_of(subject_of(copy), "formal_text").get()


def answers(client: Client, file: StoredFile) -> tuple[int, int]:
    """What printing and downloading it answer."""
    return (
        client.get(reverse("files:print", args=[file.pk])).status_code,
        client.get(reverse("files:download", args=[file.pk])).status_code,
    )


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (None, (200, 200)),
        (NO_DOWNLOAD, (200, 403)),
        (Terms(may_print=False), (403, 200)),
        (READ_ONLY, (403, 403)),
    ],
)
def test_a_receiver_prints_and_downloads_by_the_issuers_terms(
    world: World, client_as: ClientAs, terms: Terms | None, expected: tuple[int, int]
) -> None:
    file = text_of(copy_of(sent(world, terms), world.organs["data"]))
    client = client_as("bureau_clerk")
    assert answers(client, file) == expected
    written = AuditEntry.objects.filter(action__in=["files.print", "files.download"])
    assert written.count() == expected.count(200)
    assert client.get(reverse("files:viewer", args=[file.pk])).status_code == 200


def test_the_refusal_says_who_refuses_what_and_whom_to_ask(world: World, client_as: ClientAs) -> None:
    file = text_of(copy_of(sent(world, READ_ONLY), world.organs["data"]))
    client = client_as("bureau_clerk")
    for name in ("files:print", "files:download"):
        body = client.get(reverse(name, args=[file.pk])).content.decode()
        assert "发文机关（市政府办公室）未允许接收单位打印、下载此件" in body
        assert "请与发文机关文书联系" in body


def test_marked_pages_are_refused_with_the_print(world: World, client_as: ClientAs) -> None:
    file = text_of(copy_of(sent(world, Terms(may_print=False)), world.organs["data"]))
    file.pages.create(number=1, storage_key=file.storage_key, width=10, height=10)
    client = client_as("bureau_clerk")
    assert client.get(reverse("files:page_marked", args=[file.pk, 1])).status_code == 403
    assert client.get(reverse("files:page", args=[file.pk, 1])).status_code == 200


def test_a_page_that_may_not_be_printed_leaves_its_sheets_off_paper(
    world: World, client_as: ClientAs
) -> None:
    copy = copy_of(sent(world, Terms(may_print=False)), world.organs["data"])
    file = text_of(copy)
    file.pages.create(number=1, storage_key=file.storage_key, width=10, height=10)
    client = client_as("bureau_clerk")
    addresses = (
        reverse("documents:incoming_detail", args=[copy.pk]),
        reverse("files:viewer", args=[file.pk]),
    )
    held = [client.get(address).content.decode() for address in addresses]
    assert all("no-print" in body and 'data-page="1"' in body for body in held)
    ReceiverTerms.objects.all().delete()
    free = [client.get(address).content.decode() for address in addresses]
    assert not any(' no-print" data-page="1"' in body for body in free)


def test_a_stranger_learns_nothing_of_the_terms(world: World, client_as: ClientAs) -> None:
    file = text_of(copy_of(sent(world, READ_ONLY), world.organs["data"]))
    assert answers(client_as("stranger"), file) == (404, 404)


def test_the_issuing_organ_keeps_both_over_its_own_file(world: World, client_as: ClientAs) -> None:
    document = sent(world, READ_ONLY)
    file = SealedFile.objects.get(document=document).file
    assert answers(client_as("clerk"), file) == (200, 200)
    assert answers(client_as("drafter"), file) == (200, 200)


def test_who_gets_it_afterwards_is_under_the_same_terms(world: World) -> None:
    document = sent(world, READ_ONLY)
    organ = world.organs["education"]
    dispatch_add(actor=world.actor("clerk"), document_id=document.pk, organ_ids=[organ.pk], reason="经同意")
    found = leaving_of_incoming(world.actor("clerk"), copy_of(document, organ).pk)
    assert "未允许接收单位打印、下载此件" in found.print_refusal
    assert found.notice == found.print_refusal == found.download_refusal


def test_paper_and_documents_sent_before_stay_free(world: World) -> None:
    actor = world.actor("bureau_clerk")
    for copy in (recorded(world), received(world), copy_of(distributed(world), world.organs["data"])):
        found = leaving_of_incoming(actor, copy.pk)
        assert (found.print_refusal, found.download_refusal) == ("", "")


def test_the_page_lacks_the_buttons_and_says_why(world: World, client_as: ClientAs) -> None:
    copy = copy_of(sent(world, NO_DOWNLOAD), world.organs["data"])
    file = text_of(copy)
    file.pages.create(number=1, storage_key=file.storage_key, width=10, height=10)
    client = client_as("bureau_clerk")
    for address in (
        reverse("documents:incoming_detail", args=[copy.pk]),
        reverse("files:viewer", args=[file.pk]),
    ):
        body = client.get(address).content.decode()
        assert reverse("files:print", args=[file.pk]) in body
        assert f'"{reverse("files:download", args=[file.pk])}"' not in body
        assert "未允许接收单位下载此件" in body


def test_the_page_of_a_copy_asks_nothing_more_for_its_terms(world: World, client_as: ClientAs) -> None:
    document = sent(world, NO_DOWNLOAD)
    address = reverse("documents:incoming_detail", args=[copy_of(document, world.organs["data"]).pk])
    client = client_as("bureau_clerk")
    client.get(address)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
        ReceiverTerms.objects.all().delete()
    assert costs[0] == costs[1]


def test_the_clerk_sets_the_terms_on_the_distribution_form(world: World, client_as: ClientAs) -> None:
    document = sealed(world)
    client = client_as("clerk")
    body = client.get(reverse("documents:outgoing_detail", args=[document.pk])).content.decode()
    assert "接收单位可" in body
    form = {"key": "go", "expected_version": document.version, "terms": "1", "may_print": "on"}
    client.post(reverse("documents:outgoing_act", args=[document.pk, "distribute"]), form)
    assert terms_of(document) == NO_DOWNLOAD
    entry = AuditEntry.objects.get(action="documents.receiver_terms")
    assert entry.facts == {"may_print": True, "may_download": False}


def test_a_form_without_the_boxes_leaves_both_free(world: World, client_as: ClientAs) -> None:
    document = sealed(world)
    form = {"key": "go", "expected_version": document.version}
    client_as("clerk").post(reverse("documents:outgoing_act", args=[document.pk, "distribute"]), form)
    assert terms_of(document) == Terms()
    assert not ReceiverTerms.objects.exists()


def test_the_issuers_clerk_changes_them_later_each_change_written_down(
    world: World, client_as: ClientAs
) -> None:
    document = sent(world)
    file = text_of(copy_of(document, world.organs["data"]))
    client, receiver = client_as("clerk"), client_as("bureau_clerk")
    address = reverse("documents:dispatch_act", args=[document.pk, "terms"])
    said = client.post(address, {"key": "a", "terms": "1", "may_print": "on"}, follow=True)
    assert "接收单位现在可打印。" in said.content.decode()
    assert answers(receiver, file) == (200, 403)
    client.post(address, {"key": "b", "terms": "1"})
    assert answers(receiver, file) == (403, 403)
    assert (
        "接收单位只可在线阅读"
        in client.get(reverse("documents:dispatches", args=[document.pk])).content.decode()
    )
    client.post(address, {"key": "c", "terms": "1", "may_print": "on", "may_download": "on"})
    assert answers(receiver, file) == (200, 200)
    entries = AuditEntry.objects.filter(action="documents.receiver_terms").order_by("pk")
    assert [(one.facts["may_print"], one.facts["may_download"]) for one in entries] == [
        (True, False),
        (False, False),
        (True, True),
    ]


def test_saving_what_holds_already_writes_nothing_down(world: World) -> None:
    document = sent(world, NO_DOWNLOAD)
    terms_set(actor=world.actor("clerk"), document_id=document.pk, terms=NO_DOWNLOAD)
    assert AuditEntry.objects.filter(action="documents.receiver_terms").count() == 1


def test_a_form_that_lost_its_boxes_changes_nothing(world: World, client_as: ClientAs) -> None:
    document = sent(world, NO_DOWNLOAD)
    address = reverse("documents:dispatch_act", args=[document.pk, "terms"])
    assert client_as("clerk").post(address, {"key": "a"}).status_code == 422
    assert terms_of(document) == NO_DOWNLOAD


def test_they_change_on_a_filed_document_too(world: World) -> None:
    document = sent(world)
    OutgoingDocument.objects.filter(pk=document.pk).update(status=OutgoingStatus.FILED)
    terms_set(actor=world.actor("clerk"), document_id=document.pk, terms=READ_ONLY)
    assert terms_of(document) == READ_ONLY


def test_others_do_not_set_them_nor_anybody_before_distribution(world: World, client_as: ClientAs) -> None:
    waiting = sealed(world)
    with pytest.raises(InvalidState, match="还没有分发"):
        terms_set(actor=world.actor("clerk"), document_id=waiting.pk, terms=READ_ONLY)
    document = document_distribute(
        actor=world.actor("clerk"), document_id=waiting.pk, expected_version=waiting.version
    )
    with pytest.raises(Forbidden, match="设定接收单位权限"):
        terms_set(actor=world.actor("drafter"), document_id=document.pk, terms=READ_ONLY)
    address = reverse("documents:dispatch_act", args=[document.pk, "terms"])
    assert client_as("bureau_clerk").post(address, {"key": "a", "terms": "1"}).status_code == 404
    assert terms_of(document) == Terms()
