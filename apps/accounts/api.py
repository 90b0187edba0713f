"""API of accounts: who I am, people, and what the picker is made of (tree, search, kept groups, recent choices)."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Appointment, InternalUnit, Organ
from apps.accounts.policies import shown_mobile
from apps.accounts.selectors import (
    absences_now,
    appointments_of,
    groups_for,
    organs_found,
    people_found,
    posts_listed,
    recent_organs,
    recent_posts,
    tree_level,
)
from apps.accounts.selectors.picked import marked
from apps.accounts.services import choices_remember, post_switch
from apps.core.actors import Actor
from apps.core.api import HouseAPIView
from apps.core.paging import page_of

FOUND_LIMIT = 20
PICKS = ("organ", "appointment")


class ItemOutput(serializers.Serializer[Any]):
    """Something the picker shows; `key` names it in `parent`, `detail` stands beside the name."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=("organ", "unit", "appointment"))
    id = serializers.IntegerField()
    name = serializers.CharField()
    detail = serializers.CharField()
    has_children = serializers.BooleanField()


class ItemsOutput(serializers.Serializer[Any]):
    """Items in rank order."""

    results = ItemOutput(many=True)


class PostOutput(serializers.Serializer[Any]):
    """A person in a post."""

    appointment = serializers.IntegerField()
    person = serializers.IntegerField()
    name = serializers.CharField()
    post_title = serializers.CharField()
    organ = serializers.IntegerField()
    organ_name = serializers.CharField()
    unit = serializers.IntegerField(allow_null=True)
    unit_name = serializers.CharField()
    phone = serializers.CharField()
    mobile = serializers.CharField()
    away_until = serializers.DateTimeField(allow_null=True)


class MeView(HouseAPIView):
    """Who asks."""

    class Input(serializers.Serializer[Any]):
        """The post to act in."""

        appointment = serializers.IntegerField(min_value=1)

    class Output(serializers.Serializer[Any]):
        """The person, the post acted in and all running posts."""

        person = serializers.IntegerField()
        name = serializers.CharField()
        login_name = serializers.CharField()
        appointment = serializers.IntegerField(allow_null=True)
        organ = serializers.IntegerField(allow_null=True)
        organ_name = serializers.CharField()
        unit_name = serializers.CharField()
        post_title = serializers.CharField()
        roles = serializers.ListField(child=serializers.CharField())
        posts = PostOutput(many=True)

    @extend_schema(responses=Output, summary="本人与当前身份")
    def get(self, request: Request) -> Response:
        """The acting person."""
        actor = self.actor
        return Response(
            {
                "person": actor.person_id,
                "name": actor.name,
                "login_name": actor.login_name,
                "appointment": actor.appointment_id,
                "organ": actor.organ_id,
                "organ_name": actor.organ_name,
                "unit_name": actor.unit_name,
                "post_title": actor.post_title,
                "roles": sorted(actor.roles),
                "posts": _posts(actor, list(appointments_of(actor.person_id))),
            }
        )

    @extend_schema(request=Input, responses={204: None}, summary="切换当前身份")
    def post(self, request: Request) -> Response:
        """Act in another post from now on."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        post = post_switch(actor=self.actor, appointment_id=data.validated_data["appointment"])
        request.session["current_appointment"] = post.pk
        return Response(status=204)


class UnitsView(HouseAPIView):
    """One level of the tree of organs, internal units and people."""

    class Input(serializers.Serializer[Any]):
        """Below which item (its key, none for the top), and what is being picked."""

        parent = serializers.RegexField(  # type: ignore[assignment]  # DRF fields have an attribute of that name
            r"^((organ|unit):[0-9]{1,18})?$", required=False, allow_blank=True, default=""
        )
        picks = serializers.ChoiceField(choices=PICKS, default="organ")

    @extend_schema(parameters=[Input], responses=ItemsOutput, summary="机关、内设机构与人员")
    def get(self, request: Request) -> Response:
        """The level below `parent`: people first, then units, then organs."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)
        kind, _, number = data.validated_data["parent"].partition(":")
        picks = data.validated_data["picks"]
        level = tree_level(
            self.actor,
            organ_id=int(number) if kind == "organ" else None,
            unit_id=int(number) if kind == "unit" else None,
            with_people=picks == "appointment",
        )
        items = [
            *(_post_item(post, mark, in_place=True) for post, mark in marked(level.posts)),
            *(_unit_item(unit) for unit in level.units),
            *(_organ_item(organ, with_people=picks == "appointment") for organ in level.organs),
        ]
        return Response({"results": items})


class DirectoryView(HouseAPIView):
    """Search over organs and people."""

    class Input(serializers.Serializer[Any]):
        """A name, pinyin, initials, post, unit or number; one kind or both."""

        q = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
        kind = serializers.ChoiceField(choices=("organ", "person"), required=False)

    @extend_schema(parameters=[Input], responses=ItemsOutput, summary="查找机关和人员")
    def get(self, request: Request) -> Response:
        """What is found, at most twenty of a kind; nothing without a word."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)
        text, kind = data.validated_data["q"].strip(), data.validated_data.get("kind")
        items: list[dict[str, Any]] = []
        if text and kind != "person":
            items += [_organ_item(organ) for organ in organs_found(text)[:FOUND_LIMIT]]
        if text and kind != "organ":
            items += [
                _post_item(post, mark) for post, mark in marked(people_found(self.actor, text)[:FOUND_LIMIT])
            ]
        return Response({"results": items})


class GroupsView(HouseAPIView):
    """Kept groups of organs such as 各县区."""

    class Output(serializers.Serializer[Any]):
        """Groups in rank order."""

        class Group(serializers.Serializer[Any]):
            """A group with its living members."""

            id = serializers.IntegerField()
            name = serializers.CharField()
            members = ItemOutput(many=True)

        results = Group(many=True)

    @extend_schema(responses=Output, summary="常用发送范围")
    def get(self, request: Request) -> Response:
        """Groups of the own organ and of everybody."""
        groups = [
            {
                "id": group.pk,
                "name": group.name,
                "members": [_organ_item(organ) for organ in group.members.all() if not organ.abolished_on],
            }
            for group in groups_for(self.actor)
        ]
        return Response({"results": groups})


class RecentView(HouseAPIView):
    """What this person picked lately."""

    class Query(serializers.Serializer[Any]):
        """Organs or people."""

        picks = serializers.ChoiceField(choices=PICKS, default="organ")

    class Input(serializers.Serializer[Any]):
        """What has just been picked."""

        picks = serializers.ChoiceField(choices=PICKS)
        ids = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=100)

    @extend_schema(parameters=[Query], responses=ItemsOutput, summary="最近选择")
    def get(self, request: Request) -> Response:
        """The latest first."""
        data = self.Query(data=request.query_params)
        data.is_valid(raise_exception=True)
        if data.validated_data["picks"] == "organ":
            items = [_organ_item(organ) for organ in recent_organs(self.actor)]
        else:
            items = [_post_item(post, mark) for post, mark in marked(recent_posts(self.actor))]
        return Response({"results": items})

    @extend_schema(request=Input, responses={204: None}, summary="记住最近选择")
    def post(self, request: Request) -> Response:
        """Remember."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        field = "organ_ids" if data.validated_data["picks"] == "organ" else "appointment_ids"
        choices_remember(actor=self.actor, **{field: data.validated_data["ids"]})
        return Response(status=204)


class PeopleView(HouseAPIView):
    """People in office, in rank order."""

    class Input(serializers.Serializer[Any]):
        """Where, with which role, called what; `cursor` from the page before."""

        organ = serializers.IntegerField(min_value=1, required=False)
        unit = serializers.IntegerField(min_value=1, required=False)
        role = serializers.CharField(max_length=20, required=False, default="")
        q = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
        cursor = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    class Output(serializers.Serializer[Any]):
        """A page of people."""

        results = PostOutput(many=True)
        next = serializers.CharField(allow_null=True)
        previous = serializers.CharField(allow_null=True)

    @extend_schema(parameters=[Input], responses=Output, summary="在任人员")
    def get(self, request: Request) -> Response:
        """One page."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)
        values = data.validated_data
        found = posts_listed(
            self.actor,
            organ_id=values.get("organ"),
            unit_id=values.get("unit"),
            role=values["role"],
            text=values["q"].strip(),
        )
        order = ("organ__rank_order", "rank_order", "id")
        page = page_of(found, order=order, cursor=values["cursor"])
        return Response(
            {
                "results": _posts(self.actor, page.rows),
                "next": page.next_cursor,
                "previous": page.previous_cursor,
            }
        )


def _organ_item(organ: Organ, *, with_people: bool = False) -> dict[str, Any]:
    return {
        "key": f"organ:{organ.pk}",
        "kind": "organ",
        "id": organ.pk,
        "name": organ.short_name,
        "detail": organ.full_name if organ.full_name != organ.short_name else "",
        "has_children": with_people or bool(getattr(organ, "has_children", False)),
    }


def _unit_item(unit: InternalUnit) -> dict[str, Any]:
    return {
        "key": f"unit:{unit.pk}",
        "kind": "unit",
        "id": unit.pk,
        "name": unit.name,
        "detail": "",
        "has_children": True,
    }


def _post_item(post: Appointment, mark: str, *, in_place: bool = False) -> dict[str, Any]:
    place = [] if in_place else [post.organ.short_name, post.unit.name if post.unit else ""]
    return {
        "key": f"appointment:{post.pk}",
        "kind": "appointment",
        "id": post.pk,
        "name": post.person.name,
        "detail": " ".join(part for part in (*place, post.post_title) if part) + mark,
        "has_children": False,
    }


def _posts(actor: Actor, posts: Iterable[Appointment]) -> list[dict[str, Any]]:
    rows = list(posts)
    away = absences_now(post.person_id for post in rows)
    return [
        {
            "appointment": post.pk,
            "person": post.person_id,
            "name": post.person.name,
            "post_title": post.post_title,
            "organ": post.organ_id,
            "organ_name": post.organ.short_name,
            "unit": post.unit_id,
            "unit_name": post.unit.name if post.unit else "",
            "phone": post.person.phone,
            "mobile": shown_mobile(actor, post.organ_id, post.person_id, post.person.mobile),
            "away_until": away[post.person_id].ends_at if post.person_id in away else None,
        }
        for post in rows
    ]
