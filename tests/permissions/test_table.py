"""Every address × every role gets the status the table says; a refusal never shows a title; no address is unlisted."""

from collections.abc import Iterator
from functools import cache

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse

from apps.core.subjects import Subject
from apps.documents.enums import OutgoingStatus
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.selectors.outgoing import subject_of
from apps.files.models import StoredFile
from apps.files.services import file_store_bytes
from apps.messaging.models import Conversation
from tests.factories.world import World
from tests.helpers.chat import group
from tests.helpers.incoming import received
from tests.helpers.outgoing import carried
from tests.permissions.table import ACTS, ELSEWHERE, RECEIVED_ACTS, RECEIVER, ROLES, TABLE

REFUSED = {302, 401, 403, 404}
DONE = 303
Row = tuple[dict[str, str], tuple[int, ...]]


def _addresses(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif entry.name:
            yield f"{space}{entry.name}"


def test_every_address_stands_in_the_table() -> None:
    """A new address is listed, with its expected statuses, or it does not pass."""
    listed = TABLE.keys() | ELSEWHERE.keys()
    found = {name for name in _addresses(get_resolver()) if not name.startswith("admin:")}
    assert found - listed == set()
    assert listed - found == set()


@pytest.fixture
def document(world: World) -> OutgoingDocument:
    """At 办公室审核 of the city's office, with one attachment."""
    return carried(world, OutgoingStatus.OFFICE_REVIEW)


@pytest.fixture
def attachment(world: World, document: OutgoingDocument) -> StoredFile:
    """A ready file of the document."""
    subject: Subject = subject_of(document)
    return file_store_bytes(
        actor=world.actor("drafter"),
        subject=subject,
        purpose="attachment",
        name="清单.txt",
        data="任务清单".encode(),
        content_type="text/plain",
    )


@pytest.fixture
def conversation(world: World) -> Conversation:
    """A group of the office."""
    return group(world, "drafter", "section_chief", "clerk")


def _client(world: World, role: str) -> Client:
    client = Client()
    if role != "anonymous":
        client.force_login(world.person(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _address(
    world: World, name: str, document: OutgoingDocument, attachment: StoredFile, conversation: Conversation
) -> str:
    wanted = {
        "document_id": document.pk,
        "conversation_id": conversation.pk,
        "file_id": attachment.pk,
        "person_id": world.person("head").pk,
        "notice_id": 999_999,
        "key": "1-stale",
        "provider_id": "province",
    }
    taken = _argument(name, tuple(wanted))
    return reverse(name, kwargs={taken: wanted[taken]} if taken else None)


@cache
def _argument(name: str, known: tuple[str, ...]) -> str:
    """The one argument the address takes, of those known; empty when it takes none. To try them is dear, so once for all roles."""
    for key in ("", *known):
        for value in (1, "1-stale"):
            try:
                reverse(name, kwargs={key: value} if key else None)
            except NoReverseMatch:
                continue
            return key
    raise LookupError(name)


QUICK = ("anonymous", "drafter", "stranger")  # the others in the long run


@pytest.mark.parametrize(
    "role", [role if role in QUICK else pytest.param(role, marks=pytest.mark.long) for role in ROLES]
)
def test_each_role_gets_what_the_table_says(
    world: World,
    document: OutgoingDocument,
    attachment: StoredFile,
    conversation: Conversation,
    role: str,
) -> None:
    """All rows at once, so that a change shows its whole effect."""
    wrong = []
    client, column = _client(world, role), ROLES.index(role)
    for name, (method, statuses) in TABLE.items():
        address = _address(world, name, document, attachment, conversation)
        answer = client.get(address) if method == "GET" else client.post(address)
        if answer.status_code != statuses[column]:
            wrong.append(f"{name}: {answer.status_code}, expected {statuses[column]}")
        is_refused = answer.status_code in REFUSED and not answer.streaming
        if is_refused and document.title in answer.content.decode():
            wrong.append(f"{name}: the refusal shows the title")
    assert wrong == []


def _done(row: Row) -> list[str]:
    """Roles for whom the act takes place."""
    return [role for role, status in zip(ROLES, row[1], strict=True) if status == DONE]


def _tried(clients: dict[str, Client], rows: dict[str, Row], address: str, version: int) -> list[str]:
    """What a refusal of an act answered otherwise than the table says."""
    wrong = []
    for act, (form, statuses) in rows.items():
        for role, expected in zip(ROLES, statuses, strict=True):
            if expected == DONE:
                continue
            sent = {"expected_version": str(version), **form}
            got = clients[role].post(address.replace("ACT", act), sent).status_code
            if got != expected:
                wrong.append(f"{act} by {role}: {got}, expected {expected}")
    return wrong


def test_nobody_does_what_is_not_theirs_to_do(world: World, document: OutgoingDocument) -> None:
    """All refusals on one document: it stands afterwards as it stood before."""
    clients = {role: _client(world, role) for role in ROLES}
    address = reverse("documents:outgoing_act", args=[document.pk, "ACT"])
    before = OutgoingDocument.objects.filter(pk=document.pk).values().get()
    assert _tried(clients, ACTS, address, document.version) == []
    assert OutgoingDocument.objects.filter(pk=document.pk).values().get() == before


@pytest.mark.parametrize(("act", "role"), [(act, role) for act, row in ACTS.items() for role in _done(row)])
def test_who_may_act_does(world: World, document: OutgoingDocument, act: str, role: str) -> None:
    """The one act of the role, on a document nobody has touched."""
    sent = {"expected_version": str(document.version), **ACTS[act][0]}
    url = reverse("documents:outgoing_act", args=[document.pk, act])
    assert _client(world, role).post(url, sent).status_code == DONE


def test_a_received_document_is_its_receivers_alone(world: World) -> None:
    """The page, and every act that is refused, for every role."""
    incoming = received(world)
    clients = {role: _client(world, role) for role in ROLES}
    page = reverse("documents:incoming_detail", args=[incoming.pk])
    assert tuple(clients[role].get(page).status_code for role in ROLES) == RECEIVER
    before = IncomingDocument.objects.filter(pk=incoming.pk).values().get()
    address = reverse("documents:incoming_act", args=[incoming.pk, "ACT"])
    assert _tried(clients, RECEIVED_ACTS, address, incoming.version) == []
    assert IncomingDocument.objects.filter(pk=incoming.pk).values().get() == before


@pytest.mark.parametrize(
    ("act", "role"), [(act, role) for act, row in RECEIVED_ACTS.items() for role in _done(row)]
)
def test_its_receiver_acts_on_it(world: World, act: str, role: str) -> None:
    """The one act of the role, on a document nobody has touched."""
    incoming = received(world)
    sent = {"expected_version": str(incoming.version), **RECEIVED_ACTS[act][0]}
    url = reverse("documents:incoming_act", args=[incoming.pk, act])
    assert _client(world, role).post(url, sent).status_code == DONE


def test_a_document_cannot_be_copied_by_who_cannot_see_it(world: World, document: OutgoingDocument) -> None:
    """The source of a copy is a second door to the same object."""
    answer = _client(world, "stranger").post(reverse("documents:outgoing_copy", args=[document.pk]))
    assert answer.status_code == 404
    assert OutgoingDocument.objects.count() == 1


def test_a_preview_opens_only_with_the_digest_of_its_own_text(
    world: World, document: OutgoingDocument
) -> None:
    """A page image is as guarded as the text: wrong digest and wrong person get nothing."""
    url = reverse("documents:outgoing_preview", args=[document.pk, "0" * 64, 1])
    assert _client(world, "drafter").get(url).status_code == 404
    assert _client(world, "stranger").get(url).status_code == 404
    assert _client(world, "anonymous").get(url).status_code == 302


def test_the_schema_is_for_signed_in_people(world: World) -> None:
    """The API's description is no secret, but not for strangers either."""
    assert _client(world, "anonymous").get("/api/schema/").status_code == 401
    assert _client(world, "drafter").get("/api/schema/").status_code == 200


def test_a_revoked_right_ends_with_the_next_request(world: World, document: OutgoingDocument) -> None:
    """The person leaves: the open session sees nothing any more."""
    client = _client(world, "clerk")
    url = reverse("documents:outgoing_detail", args=[document.pk])
    assert client.get(url).status_code == 200
    person = world.person("clerk")
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert client.get(url).status_code == 302
