"""Paper that is addressed to others (D31): said when it is registered, gone on with only for a reason."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.errors import ValidationFailed
from apps.documents.models import IncomingDocument
from tests.factories.world import World
from tests.helpers.incoming import recorded, registered

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
OTHERS = "邻海市人民政府、邻海市交通运输局"


def test_paper_addressed_to_others_wants_a_reason(world: World) -> None:
    document = recorded(world, addressees=OTHERS)
    with pytest.raises(ValidationFailed, match="没有本机关") as refused:
        registered(world, document)
    assert refused.value.data["rules"] == ["D31"]
    document.refresh_from_db()
    assert (document.register_number, document.version) == ("", 1)


def test_with_a_reason_it_is_registered_and_the_reason_stands_in_the_log(world: World) -> None:
    document = registered(world, recorded(world, addressees=OTHERS), text="省厅电话告知由我市一并办理。")
    assert document.register_number
    assert document.matter is not None
    assert document.matter.opinions.filter(text__contains="省厅电话告知").exists()


@pytest.mark.parametrize(
    "addressees",
    ["", "各市、县人民政府，省政府各部门", "邻海市人民政府、{full}", "抄送：{full}", "{government}"],
)
def test_paper_addressed_to_us_by_name_or_in_a_group_is_registered_at_once(
    world: World, addressees: str
) -> None:
    office = world.organs["office"]
    assert office.superior is not None
    names = {"full": office.full_name, "government": office.superior.full_name}
    assert registered(world, recorded(world, addressees=addressees.format(**names))).register_number


def test_the_page_says_it_before_anything_is_pressed(world: World, client_as: ClientAs) -> None:
    document: IncomingDocument = recorded(world, addressees=OTHERS)
    page = client_as("clerk").get(reverse("documents:incoming_detail", args=[document.pk])).content.decode()
    assert "建议核对后退文" in page
    assert OTHERS in page


def test_what_is_typed_too_long_is_refused_in_words(world: World) -> None:
    with pytest.raises(ValidationFailed, match="最多500个字"):
        recorded(world, addressees="甲" * 501)
