"""Pages of 收文: what each person sees, what the forms do, what a page costs."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument
from apps.documents.policies.incoming import Ability, abilities, reasons, visible_to
from apps.documents.selectors.incoming import subject_of
from apps.files.models import StoredFile
from apps.files.services import file_store_bytes
from apps.workflow.models import Opinion, Reading, Task
from tests.factories.world import CAST, World
from tests.helpers.depth import first_quick
from tests.helpers.exchange import copy_of, dispatch_to, distributed
from tests.helpers.incoming import (
    assigned,
    completed,
    fresh,
    handled,
    instructed,
    proposed,
    received,
    recorded,
    registered,
)
from tests.helpers.pictures import photograph

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def page(document: IncomingDocument) -> str:
    """Address of the document."""
    return reverse("documents:incoming_detail", args=[document.pk])


def act(client: Client, document: IncomingDocument, verb: str, **form: object) -> HttpResponse:
    """Post one act as the page does."""
    response: HttpResponse = client.post(  # type: ignore[assignment]  # the test client's response is one
        reverse("documents:incoming_act", args=[document.pk, verb]),
        {"expected_version": document.version, **form},
        headers={"HX-Request": "true"},
    )
    return response


def test_the_list_opens_for_everybody_and_shows_only_ones_own(world: World, client_as: ClientAs) -> None:
    document = received(world)
    seen = {}
    for key in ("bureau_clerk", "bureau_head", "finance_clerk", "stranger", "sysadmin"):
        response = client_as(key).get(reverse("documents:incoming_list"))
        assert response.status_code == 200
        seen[key] = document.title in response.content.decode()
    assert seen == {
        "bureau_clerk": True,
        "bureau_head": True,
        "finance_clerk": False,
        "stranger": False,
        "sysadmin": False,
    }


@pytest.mark.parametrize(
    "tab", first_quick(["flow", "nonsense", "received", "signed_for", "completed", "all"], 2)
)
def test_every_tab_opens(world: World, client_as: ClientAs, tab: str) -> None:
    completed(world)
    response = client_as("clerk").get(reverse("documents:incoming_list"), {"tab": tab, "q": "17号"})
    assert response.status_code == 200


def test_the_serial_finds_the_document(world: World, client_as: ClientAs) -> None:
    received(world, source_number="岱政办发〔2026〕17号", title="甲文")
    received(world, source_number="岱政办发〔2026〕117号", title="乙文")
    body = client_as("bureau_clerk").get(reverse("documents:incoming_list"), {"q": "17号"}).content.decode()
    assert "甲文" in body
    assert "乙文" not in body


def test_the_list_costs_the_same_with_three_and_with_thirty_documents(
    world: World, client_as: ClientAs
) -> None:
    client = client_as("bureau_clerk")
    costs = []
    for count in (3, 27):
        for _ in range(count):
            received(world)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("documents:incoming_list"), {"tab": "received"})
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_chosen_documents_are_signed_for_in_one_go(world: World, client_as: ClientAs) -> None:
    documents = [received(world) for _ in range(3)]
    response = client_as("bureau_clerk").post(
        reverse("documents:incoming_sign_batch"),
        {"selected": [document.pk for document in documents[:2]], "key": "batch"},
        follow=True,
    )
    assert "已签收 2 件" in response.content.decode()
    assert [fresh(document).status for document in documents] == [
        Status.SIGNED_FOR,
        Status.SIGNED_FOR,
        Status.RECEIVED,
    ]


def test_the_export_is_a_workbook(world: World, client_as: ClientAs) -> None:
    received(world)
    response = client_as("bureau_clerk").get(reverse("documents:incoming_export"))
    assert response.status_code == 200
    assert response.content[:2] == b"PK"


def test_a_stranger_gets_404_without_a_title(world: World, client_as: ClientAs) -> None:
    document = received(world)
    for key in ("stranger", "finance_clerk", "sysadmin", "secadmin", "auditadmin"):
        response = client_as(key).get(page(document))
        assert response.status_code == 404
        assert document.title not in response.content.decode()


BUTTONS = {
    Status.RECEIVED: ("bureau_clerk", "签收"),
    Status.SIGNED_FOR: ("clerk", "登记"),
    Status.PROPOSAL: ("director", "提交拟办意见"),
    Status.INSTRUCTION: ("head", "批示"),
    Status.ASSIGN: ("clerk", "交办"),
    Status.HANDLE: ("section_chief", "提交办理情况"),
    Status.COMPLETING: ("clerk", "办结"),
}


@pytest.mark.parametrize(
    ("status", "who", "button"), first_quick([(key, *value) for key, value in BUTTONS.items()], 3)
)
def test_each_step_offers_its_one_main_act_to_its_handler(
    world: World, client_as: ClientAs, status: Status, who: str, button: str
) -> None:
    makers: dict[Status, Callable[[World], IncomingDocument]] = {
        Status.RECEIVED: received,
        Status.SIGNED_FOR: recorded,
        Status.PROPOSAL: registered,
        Status.INSTRUCTION: proposed,
        Status.ASSIGN: instructed,
        Status.HANDLE: assigned,
        Status.COMPLETING: handled,
    }
    document = makers[status](world)
    assert document.status == status
    response = client_as(who).get(page(document))
    body = response.content.decode()
    assert response.status_code == 200
    assert f'action-bar__main" type="submit">{button}<' in body


@pytest.mark.long
def test_a_completed_document_offers_no_main_act(world: World, client_as: ClientAs) -> None:
    body = client_as("clerk").get(page(completed(world))).content.decode()
    assert "action-bar__main" not in body
    assert "已印发工作方案，完成部署。" in body


def test_the_whole_way_by_the_forms(world: World, client_as: ClientAs) -> None:
    document = recorded(world)
    steps: list[tuple[str, str, dict[str, object]]] = [
        ("clerk", "register", {"purpose": "action", "deadline_at": ""}),
        ("director", "propose", {"text": "请沈主任阅示。", "leaders": [world.post("head").pk]}),
        ("head", "instruct", {"circle": "1"}),
        ("clerk", "assign", {"units": [world.unit("office", "综合科").pk]}),
        ("section_chief", "handle", {"text": "已办。"}),
        ("clerk", "complete", {}),
    ]
    for who, verb, form in steps:
        response = act(client_as(who), fresh(document), verb, **form)
        assert response.status_code == 204, response.content.decode()
        assert response["HX-Redirect"] == page(document)
    assert fresh(document).status == Status.COMPLETED
    assert Opinion.objects.filter(action="circle_read").count() == 1


def test_a_refused_act_answers_with_a_toast_and_keeps_the_page(world: World, client_as: ClientAs) -> None:
    document = registered(world)
    response = act(client_as("director"), document, "propose", text="")
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#toasts"
    assert "请先填写" in response.content.decode()


def test_a_broken_deadline_or_version_is_refused_in_words(world: World, client_as: ClientAs) -> None:
    document = recorded(world)
    client = client_as("clerk")
    wrong = act(client, document, "register", purpose="action", deadline_at="tomorrow")
    assert "时限的格式不正确" in wrong.content.decode()
    lost = act(client, document, "register", purpose="action", expected_version="x")
    assert "页面数据不完整" in lost.content.decode()
    nothing = act(client, document, "register")
    assert "批办件或阅知件" in nothing.content.decode()


def test_an_unknown_act_is_not_found(world: World, client_as: ClientAs) -> None:
    assert act(client_as("clerk"), recorded(world), "burn").status_code == 404


def test_opening_the_page_reads_it_and_marks_the_to_do_as_seen(world: World, client_as: ClientAs) -> None:
    document = registered(world, is_for_action=False)
    act(client_as("clerk"), document, "circulate", readers=[world.post("drafter").pk])
    client_as("drafter").get(page(document))
    client_as("clerk").get(page(document))
    assert Reading.objects.get().read_at is not None
    task = Task.objects.get(person=world.person("clerk"), step_code="circulation")
    assert task.opened_at is not None


def test_a_paper_document_is_entered_and_its_mistakes_keep_what_was_typed(
    world: World, client_as: ClientAs
) -> None:
    client = client_as("clerk")
    address = reverse("documents:incoming_new")
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"title": "", "source_name": "省水利厅", "document_type": "notice"})
    assert wrong.status_code == 422
    assert "省水利厅" in wrong.content.decode()
    good = client.post(
        address, {"title": "关于防汛的通知", "source_name": "省水利厅", "document_type": "notice"}
    )
    assert good.status_code == 303
    assert IncomingDocument.objects.get().source_name == "省水利厅"


@pytest.mark.long
def test_a_scan_is_shown_as_sent_and_can_be_taken_away_until_registration(
    world: World, client_as: ClientAs
) -> None:
    document = recorded(world)
    client = client_as("clerk")
    for name, purpose in (("错页.png", "main_text"), ("名单.png", "attachment")):
        file_store_bytes(
            actor=world.actor("clerk"),
            subject=subject_of(document),
            purpose=purpose,
            name=name,
            data=photograph(kind="PNG"),
            content_type="image/png",
        )
    body = client.get(page(document)).content.decode()
    assert body.count("data-remove-file") == 2
    assert "错页.png" in body
    scan = StoredFile.objects.get(purpose="main_text")
    assert client.delete(f"/api/v1/uploads/{scan.pk}/").status_code == 204
    assert "错页.png" not in client.get(page(document)).content.decode()
    registered(world, document)
    body = client.get(page(document)).content.decode()
    assert "data-remove-file" not in body
    assert "名单.png" in body


def test_the_sender_sees_who_signed_and_whom_to_ring(world: World, client_as: ClientAs) -> None:
    document = distributed(world)
    act(client_as("bureau_clerk"), copy_of(document, world.organs["data"]), "sign")
    body = client_as("clerk").get(reverse("documents:dispatches", args=[document.pk])).content.decode()
    assert "1 / 3 已签收" in body
    assert "叶知秋" in body
    assert world.person("finance_clerk").phone in body
    assert "催收未签收单位" in body
    drafter = client_as("drafter").get(reverse("documents:dispatches", args=[document.pk])).content.decode()
    assert "催收未签收单位" not in drafter


def test_the_panel_stands_on_the_outgoing_page_and_its_acts_work(world: World, client_as: ClientAs) -> None:
    document = distributed(world)
    client = client_as("clerk")
    body = client.get(reverse("documents:outgoing_detail", args=[document.pk])).content.decode()
    assert "0 / 3 已签收" in body

    def post(verb: str, **form: object) -> int:
        address = reverse("documents:dispatch_act", args=[document.pk, verb])
        return client.post(address, form, headers={"HX-Request": "true"}).status_code

    assert post("urge") == 204
    dispatch = dispatch_to(document, world.organs["finance"])
    assert post("recall", dispatch=dispatch.pk, reason="附件有误") == 204
    assert post("recall", dispatch=dispatch.pk, reason="再撤") == 409
    assert post("add", organs=world.organs["education"].pk, reason="经同意") == 204
    assert post("burn") == 404


@pytest.mark.long
def test_what_is_visible_can_be_viewed_and_the_other_way_round(world: World) -> None:
    documents = [
        received(world),
        received(world, status=Status.RECALLED),
        recorded(world),
        assigned(world),
        completed(world),
    ]
    for key in [*CAST, "sysadmin"]:
        actor = world.actor(key)
        seen = set(visible_to(actor).values_list("pk", flat=True))
        may = {row.pk for row in documents if Ability.VIEW in abilities(actor, fresh(row))}
        assert seen == may, key
        assert seen == {row.pk for row in documents if reasons(actor, fresh(row))}, key
