"""Messages over HTTP: pages of the log by cursor, sending, and what follows; the socket only hastens what these give."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import authentication, exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle

from apps.core.api import HouseAPIView
from apps.core.errors import Forbidden, ValidationFailed
from apps.core.realtime import live_people
from apps.core.subjects import Subject
from apps.messaging import services
from apps.messaging.models import Bot
from apps.messaging.selectors.bots import bot_of_token, rooms_of
from apps.messaging.selectors.entries import (
    PAGE,
    PAGE_LIMIT,
    entries_after,
    entries_around,
    entries_before,
    entry_shown,
    page_facts,
)
from apps.messaging.selectors.gates import fellows_of, membership_for
from apps.messaging.selectors.reading import message_states
from apps.messaging.selectors.syncing import missed

SEQS_LIMIT = 200
CURSORS_LIMIT = 500
PRESENCE_LIMIT = 100
SEQ = OpenApiParameter("seqs", OpenApiTypes.STR, description="以逗号分隔的消息序号")


class SendThrottle(UserRateThrottle):
    """How fast one person may speak."""

    scope = "messages"


def _number(request: Request, name: str) -> int | None:
    """A whole number of the query string, None when absent. Raises `ValidationFailed` for nonsense."""
    raw = request.query_params.get(name, "")
    if not raw:
        return None
    if not raw.isdecimal() or len(raw) > 15:
        raise ValidationFailed(f"参数 {name} 须为非负整数。")
    return int(raw)


class EntriesView(HouseAPIView):
    """Pages of a conversation's log."""

    @extend_schema(
        operation_id="messaging_entries",
        parameters=[
            OpenApiParameter(name, OpenApiTypes.INT) for name in ("after", "before", "around", "limit")
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, conversation_id: int) -> Response:
        """What follows `after`, precedes `before`, or lies around `around`; without any the last page."""
        membership = membership_for(self.actor, conversation_id)
        limit = min(_number(request, "limit") or PAGE, PAGE_LIMIT)
        after, around = _number(request, "after"), _number(request, "around")
        if after is not None:
            entries = entries_after(membership, after, limit)
        elif around is not None:
            entries = entries_around(membership, around, limit)
        else:
            entries = entries_before(membership, _number(request, "before"), limit)
        return Response(page_facts(membership, entries))


class MessagesView(HouseAPIView):
    """Sending."""

    throttle_classes = (SendThrottle,)

    class Input(serializers.Serializer[Any]):
        """One message."""

        class Card(serializers.Serializer[Any]):
            """A thing of another app."""

            kind = serializers.CharField(max_length=40)
            id = serializers.IntegerField(min_value=1)

        class Must(serializers.Serializer[Any]):
            """必达: minutes until SMS, null for none."""

            sms_after_minutes = serializers.IntegerField(allow_null=True, default=None)

        client_id = serializers.CharField(max_length=40)
        text = serializers.CharField(allow_blank=True, default="", trim_whitespace=False, max_length=200_000)
        mention_ids = serializers.ListField(child=serializers.IntegerField(min_value=1), default=list)
        mention_all = serializers.BooleanField(default=False)
        quote_seq = serializers.IntegerField(allow_null=True, default=None, min_value=1)
        file_ids = serializers.ListField(child=serializers.IntegerField(min_value=1), default=list)
        card = Card(allow_null=True, default=None)
        must = Must(allow_null=True, default=None)

    @extend_schema(operation_id="message_send", request=Input, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, conversation_id: int) -> Response:
        """Send once: the same `client_id` again gives the same entry with 200."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        card, must = given["card"], given["must"]
        message, is_new = services.message_send(
            actor=self.actor,
            conversation_id=conversation_id,
            client_id=given["client_id"],
            content=services.Content(
                text=given["text"],
                mention_ids=given["mention_ids"],
                mention_all=given["mention_all"],
                quote_seq=given["quote_seq"],
                file_ids=given["file_ids"],
                card=Subject(card["kind"], card["id"]) if card else None,
                is_must=must is not None,
                sms_after=must["sms_after_minutes"] if must else None,
            ),
        )
        return Response(entry_shown(message), status=201 if is_new else 200)


class RecallView(HouseAPIView):
    """Taking back."""

    @extend_schema(operation_id="message_recall", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, conversation_id: int, seq: int) -> Response:
        """Recall an own message within two minutes; the entry that says so."""
        entry = services.message_recall(actor=self.actor, conversation_id=conversation_id, seq=seq)
        return Response(entry_shown(entry))


class HideView(HouseAPIView):
    """Deleting for oneself."""

    @extend_schema(operation_id="message_hide", request=None, responses={204: None})
    def post(self, request: Request, conversation_id: int, seq: int) -> Response:
        """The message disappears from one's own screens only."""
        services.message_hide(actor=self.actor, conversation_id=conversation_id, seq=seq)
        return Response(status=204)


class ReceiptView(HouseAPIView):
    """收到."""

    @extend_schema(operation_id="message_receipt", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, conversation_id: int, seq: int) -> Response:
        """Give a receipt, which confirms a 必达 message; the message's states."""
        services.receipt_give(actor=self.actor, conversation_id=conversation_id, seq=seq)
        return Response(message_states(membership_for(self.actor, conversation_id), [seq]))


class RemindView(HouseAPIView):
    """Reminding the unread."""

    @extend_schema(operation_id="message_remind", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, conversation_id: int, seq: int) -> Response:
        """Remind those who have not read (必达: not confirmed) an own message; how many."""
        count = services.unread_remind(actor=self.actor, conversation_id=conversation_id, seq=seq)
        return Response({"reminded": count})


class ReadView(HouseAPIView):
    """The reader's cursor."""

    class Input(serializers.Serializer[Any]):
        """Up to which entry."""

        seq = serializers.IntegerField(min_value=0)

    @extend_schema(operation_id="conversation_read", request=Input, responses={204: None})
    def post(self, request: Request, conversation_id: int) -> Response:
        """Everything up to `seq` was seen; never goes back."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        services.conversation_read(
            actor=self.actor, conversation_id=conversation_id, seq=asked.validated_data["seq"]
        )
        return Response(status=204)


class StatesView(HouseAPIView):
    """Read states of messages."""

    @extend_schema(operation_id="message_states", parameters=[SEQ], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, conversation_id: int) -> Response:
        """Seq → how many have read, received, confirmed."""
        asked = request.query_params.get("seqs", "").split(",")[:SEQS_LIMIT]
        seqs = [int(part) for part in asked if part.isdecimal() and len(part) < 16]
        return Response(message_states(membership_for(self.actor, conversation_id), seqs))


class PresenceView(HouseAPIView):
    """Who is there."""

    @extend_schema(
        operation_id="conversation_presence",
        parameters=[
            OpenApiParameter("people", OpenApiTypes.STR, description="以逗号分隔的人员编号，最多 100 人")
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, conversation_id: int) -> Response:
        """Of these fellow members, those with a live screen now; asked for people in view only, kept nowhere."""
        membership = membership_for(self.actor, conversation_id)
        asked = request.query_params.get("people", "").split(",")[:PRESENCE_LIMIT]
        people = [int(part) for part in asked if part.isdecimal() and len(part) < 16]
        return Response({"live": sorted(live_people(fellows_of(membership, people)))})


class DraftView(HouseAPIView):
    """What was begun."""

    class Input(serializers.Serializer[Any]):
        """The text so far."""

        text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=20_000)

    @extend_schema(operation_id="draft_keep", request=Input, responses={204: None})
    def put(self, request: Request, conversation_id: int) -> Response:
        """Keep it for any screen of this person."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        services.draft_keep(
            actor=self.actor, conversation_id=conversation_id, text=asked.validated_data["text"]
        )
        return Response(status=204)


class SyncView(HouseAPIView):
    """Everything missed, by the client's own cursors."""

    class Input(serializers.Serializer[Any]):
        """Conversation → last seq held."""

        cursors = serializers.DictField(child=serializers.IntegerField(min_value=0))

    @extend_schema(operation_id="messaging_sync", request=Input, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """Entries after each cursor; conversations with more; conversations one is no longer in."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        cursors = asked.validated_data["cursors"]
        if len(cursors) > CURSORS_LIMIT:
            raise ValidationFailed(f"一次最多同步 {CURSORS_LIMIT} 个会话。")
        if not all(key.isdecimal() and len(key) < 16 for key in cursors):
            raise ValidationFailed("会话编号须为正整数。")
        return Response(missed(self.actor, {int(key): seq for key, seq in cursors.items()}))


class BotCaller:
    """A bot at the door: signed in as itself, as nobody of the house."""

    is_authenticated = True

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.pk = f"bot:{bot.pk}"


class BotAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <token>`; neither cookies nor sessions count here."""

    def authenticate(self, request: Request) -> tuple[BotCaller, None] | None:
        """The bot of the token. A wrong token and a suspended bot are refused in words."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return None
        bot = bot_of_token(token.strip()[:200])
        if bot is None:
            raise exceptions.AuthenticationFailed
        if not bot.is_active:
            raise Forbidden("该应用已停用，请联系系统管理员。", rule="suspended")
        return BotCaller(bot), None

    def authenticate_header(self, request: Request) -> str:  # DRF's signature
        """Make DRF answer 401."""
        return "Bearer"


class BotAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """How the schema tells of the token."""

    target_class = BotAuthentication
    name = "botToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # the library's signature
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "消息接入应用的令牌，由系统管理员签发"}


class BotThrottle(SimpleRateThrottle):
    """Each bot's own limit a minute."""

    scope = "bots"

    def get_rate(self) -> str:
        """Replaced by the bot's own in `allow_request`."""
        return "20/min"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the bot has not used up its minute."""
        self.num_requests = request.user.bot.per_minute  # type: ignore[union-attr]  # BotAuthentication's caller
        return super().allow_request(request, view)

    def get_cache_key(self, request: Request, view: Any) -> str:  # DRF's signature
        """One count a bot."""
        return f"throttle_bot_{request.user.pk}"


class BotAPIView(HouseAPIView):
    """What registered applications may call."""

    authentication_classes = (BotAuthentication,)

    @property
    def bot(self) -> Bot:
        """Who calls."""
        caller: Any = self.request.user
        bot: Bot = caller.bot
        return bot


class BotRoomsView(BotAPIView):
    """Where the bot may speak."""

    @extend_schema(operation_id="bot_rooms", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Number and name of each group that lets the bot in; nothing that was said there."""
        return Response({"conversations": rooms_of(self.bot)})


class BotMessagesView(BotAPIView):
    """Where the bot speaks."""

    throttle_classes = (BotThrottle,)

    class Input(serializers.Serializer[Any]):
        """One message. `client_id`: of one's own choice, the same for a repetition of the same message."""

        client_id = serializers.CharField(max_length=40)
        text = serializers.CharField(max_length=200_000)

    class Output(serializers.Serializer[Any]):
        """Where it stands."""

        conversation = serializers.IntegerField()
        seq = serializers.IntegerField()
        at = serializers.DateTimeField()

    @extend_schema(operation_id="bot_message_send", request=Input, responses={201: Output})
    def post(self, request: Request, conversation_id: int) -> Response:
        """Say something once: the same `client_id` again gives the same entry with 200. 429 beyond the bot's limit."""
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        message, is_new = services.bot_message_send(
            bot=self.bot, conversation_id=conversation_id, **asked.validated_data
        )
        said = {"conversation": conversation_id, "seq": message.seq, "at": message.created_at}
        return Response(self.Output(said).data, status=201 if is_new else 200)
