"""What a city writes to each other in so many messages: seeded, of very common and very rare words, written by COPY.

Message `k` of a seed is always the same. Words follow Zipf's law over some six thousand tokens of one, two and four
characters, so a word may stand in every second message or in one of ten thousand; neighbours make rarer ones.
"""

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.words import folded
from apps.messaging.grams import gram, pieces
from tests.benchmarks._copies import inside
from tests.benchmarks._crowd import Crowd, Place

COMMON = (
    "的", "，", "。", "请", "了", "已", "在", "各单位", "通知", "今天", "会议", "是", "和", "不", "、", "有", "上午", "下午",
    "工作", "材料", "报送", "收到", "办理", "明天", "人", "我", "您", "好", "前", "落实", "情况", "按照要求", "值班", "领导",
    "抓紧", "文件", "科室", "参加", "：", "负责", "对", "与", "及", "一下", "电话", "汇报", "防汛", "安全", "检查", "项目",
    "上报", "市政府", "办公室", "认真研究", "确认", "统计", "名单", "附件", "会商", "调度", "整改", "督办", "发给", "周五",
    "准时", "参会", "提前", "修改", "审核", "签发", "公章", "群众", "信访", "应急", "预案", "演练", "三楼", "方案", "初稿",
    "征求意见", "反馈", "表格", "数据", "财政", "预算", "ＰＤＦ版", "OA", "15:00", "１０：３０", "3月底", "贯彻执行",
    "及时报告", "严格", "高度重视", "做好准备", "无异议", "同意",
)  # fmt: skip
LENGTHS = (1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 12, 20)  # tokens of a message
SLOTS = 1 << 16
KEPT = 200_000
BUSY_SHARE = 0.27  # of all messages, in each of the three busy rooms
QUIET_SHARES = {500: 0.04, 50: 0.08, 2: 0.07}
RECALLED, SYSTEM, MENTION, QUOTE, FILES = 10, 20, 60, 110, 130  # of a thousand, each up from the one before
COLUMNS = (
    "id", "conversation_id", "seq", "number", "kind", "sender_id", "sender_name", "sender_post", "text",
    "mention_ids", "mention_all", "quote_seq", "card_kind", "has_files", "file_names", "is_must",
    "target_seq", "recalled_at", "client_id", "grams", "created_at",
)  # fmt: skip
BEGAN = datetime(2025, 10, 9, tzinfo=UTC)
NULL = "\\N"
DRAWS = struct.Struct("<32H")


def tokens() -> list[str]:
    """All words in the order of how often they come: the common ones first."""
    rows = [bytes((0xB0 + place // 94, 0xA1 + place % 94)).decode("gb2312") for place in range(3700)]
    made = list(COMMON)
    for number in range(6000 - len(COMMON)):
        first, second = rows[number * 1009 % 3700], rows[(number * 617 + 11) % 3700]
        third, fourth = rows[(number * 2003 + 5) % 3700], rows[(number * 401 + 3) % 3700]
        made.append((first, first + second, second + first, first + second + third + fourth)[number % 4])
    return list(dict.fromkeys(made))


def _slots(words: Sequence[str]) -> list[str]:
    """A table of 65,536 in which each word stands as often as Zipf's law says, at least once."""
    total = sum(1 / rank for rank in range(1, len(words) + 1))
    table = [word for rank, word in enumerate(words, 1) for _ in range(max(int(SLOTS / rank / total), 1))]
    return (table + [words[0]] * SLOTS)[:SLOTS]


class Grams(dict[str, int]):
    """The app's numbers of one conversation's pieces; the first two hundred thousand, and so the common ones, are kept."""

    def __init__(self, conversation_id: int) -> None:
        super().__init__()
        self.conversation_id = conversation_id

    def __missing__(self, piece: str) -> int:
        """Ask the app."""
        number = gram(self.conversation_id, piece)
        if len(self) < KEPT:
            self[piece] = number
        return number


class Chatter:
    """Writes `count` messages of the crowd into a database, as the app would have left them."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self.seed = seed
        self.busy = [places[0] for _, places in sorted(crowd.places.items())]
        self.quiet = {size: places[1:] or places for size, places in crowd.places.items()}
        self.people = [(person.pk, person.name) for person in crowd.people]
        self.table = _slots(tokens())
        self.grams = {place.conversation.pk: Grams(place.conversation.pk) for place in self.busy}

    def fill(self, other: BaseDatabaseWrapper, count: int) -> None:
        """Messages, their files, mentions and hidings, the members' cursors; then the server's statistics."""
        with inside(other), other.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'message_grams'")
            (index,) = cursor.fetchone()
            cursor.execute("DROP INDEX message_grams")  # built at once at the end: minutes less
            with cursor.copy(f"COPY messaging_message ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for lines in self._chunks(count):
                    copy.write(lines)
            cursor.execute(index)
            for statement in AFTERWARDS:
                cursor.execute(statement)
            cursor.execute("VACUUM (ANALYZE)")

    def _chunks(self, count: int) -> Iterator[str]:
        lines: list[str] = []
        state: dict[int, list[int]] = {}
        for number in range(1, count + 1):
            lines.append(self._line(number, state))
            if len(lines) == 2000:
                yield "".join(lines)
                lines = []
        yield "".join(lines)

    def _line(self, number: int, state: dict[int, list[int]]) -> str:
        """One row as COPY reads it. `state`: of each conversation the last seq, the messages, the entry to be recalled."""
        draws = DRAWS.unpack(blake2b(b"%d:%d" % (self.seed, number), digest_size=64).digest())
        place = self._place(draws[0], draws[1])
        pk = place.conversation.pk
        log = state.setdefault(pk, [0, 0, 0])
        log[0] += 1
        seq, lot = log[0], draws[3] % 1000
        sender, name = self.people[place.members[draws[2] % len(place.members)]]
        row: dict[str, Any] = dict.fromkeys(COLUMNS, "") | {
            "id": number, "conversation_id": pk, "seq": seq, "kind": "message", "sender_id": sender, "sender_name": name,
            "sender_post": "办公室 科员", "mention_ids": "{}", "mention_all": "f", "quote_seq": NULL, "has_files": "f",
            "is_must": "f", "target_seq": NULL, "recalled_at": NULL, "grams": "{}", "created_at": _moment(number),
        }  # fmt: skip
        if log[2]:
            row |= {"kind": "recall", "target_seq": log[2], "text": "撤回了一条消息"}
            log[2] = 0
        elif RECALLED <= lot < SYSTEM:
            row |= {"kind": "system", "sender_id": NULL, "sender_name": "", "text": f"{name}加入群聊"}
        else:
            log[1] += 1
            row |= self._said(pk, seq, lot, draws, place)
            log[2] = seq if lot < RECALLED else 0
        row["number"] = log[1]
        return "\t".join([str(row[column]) for column in COLUMNS]) + "\n"

    def _said(self, pk: int, seq: int, lot: int, draws: Sequence[int], place: Place) -> dict[str, Any]:
        """What is particular to a message."""
        text = self._text(draws)
        more: dict[str, Any] = {"text": text.replace("\n", "\\n"), "client_id": f"{pk}-{seq}"}
        if lot < RECALLED:
            return more | {"recalled_at": _moment(seq)}
        names = ""
        if SYSTEM <= lot < MENTION:
            named = self.people[place.members[draws[31] % len(place.members)]][0]
            more |= {"mention_all": "t"} if lot == SYSTEM else {"mention_ids": f"{{{named}}}"}
        elif MENTION <= lot < QUOTE and seq > 1:
            more["quote_seq"] = max(seq - 1 - draws[31] % 40, 1)
        elif QUOTE <= lot < FILES:
            names = f"{self.table[draws[30]]}{self.table[draws[31]]}.docx"
            more |= {"has_files": "t", "file_names": names}
        numbers = self.grams[pk] if pk in self.grams else Grams(pk)
        found = set(map(numbers.__getitem__, pieces(folded(f"{text}\n{names}" if names else text))))
        return more | {"grams": "{" + ",".join(map(str, sorted(found))) + "}"}

    def _text(self, draws: Sequence[int]) -> str:
        """Some words; now and then they stand apart, or in two lines."""
        words = [self.table[draw] for draw in draws[6 : 6 + LENGTHS[draws[4] % len(LENGTHS)]]]
        apart = ("", "", "", "", "", "", " ", "\n")[draws[5] % 8]
        return apart.join(words)

    def _place(self, draw: int, other: int) -> Place:
        share = draw / SLOTS
        for place in self.busy:
            if share < BUSY_SHARE:
                return place
            share -= BUSY_SHARE
        for size, part in QUIET_SHARES.items():
            if share < part and self.quiet.get(size):
                return self.quiet[size][other % len(self.quiet[size])]
            share -= part
        return self.busy[-1]


def _moment(number: int) -> str:
    """Time of a message, as PostgreSQL reads it."""
    return (BEGAN + timedelta(seconds=3 * number)).isoformat()


AFTERWARDS = (
    "SELECT setval(pg_get_serial_sequence('messaging_message', 'id'), (SELECT max(id) FROM messaging_message))",
    """INSERT INTO files_storedfile (subject_kind, subject_id, purpose, name, content_type, size, received, sha256, storage_key,
         state, refusal, rank_order, page_count, uploaded_by_id, created_at)
       SELECT 'messaging.message', id, 'message', file_names, 'application/pdf', 9, 9, repeat('0', 64), 'bench', 'ready', '', 0, 1,
         sender_id, created_at FROM messaging_message WHERE has_files""",
    """INSERT INTO messaging_mention (conversation_id, seq, person_id)
       SELECT conversation_id, seq, unnest(mention_ids) FROM messaging_message WHERE mention_ids <> '{}'
       UNION ALL SELECT conversation_id, seq, NULL FROM messaging_message WHERE mention_all""",
    """UPDATE messaging_conversation AS place SET last_seq = last.seq, message_count = last.number,
         last_text = left(last.text, 120), last_at = last.created_at
       FROM (SELECT DISTINCT ON (conversation_id) conversation_id, seq, number, text, created_at
         FROM messaging_message ORDER BY conversation_id, seq DESC) AS last WHERE last.conversation_id = place.id""",
    # one in eleven came when a third was said; most have read all but the last few, one in twenty-three has never looked
    """UPDATE messaging_membership AS member SET joined_seq = at.joined, last_read_seq = at.read
       FROM (SELECT id, joined, CASE WHEN person_id % 23 = 5 THEN joined ELSE greatest(joined, last_seq - lag) END AS read
         FROM (SELECT here.id, person_id, last_seq, (person_id * 31 + conversation_id * 17) % 120 AS lag,
             CASE WHEN kind <> 'direct' AND (person_id + conversation_id) % 11 = 7 THEN last_seq / 3 ELSE 0 END AS joined
           FROM messaging_membership AS here JOIN messaging_conversation AS place ON place.id = conversation_id) AS first) AS at
       WHERE at.id = member.id""",
    """UPDATE messaging_membership AS member SET read_count = entry.number FROM messaging_message AS entry
       WHERE entry.conversation_id = member.conversation_id AND entry.seq = member.last_read_seq""",
    """INSERT INTO messaging_hiddenmessage (message_id, person_id) SELECT id, sender_id FROM messaging_message
       WHERE id % 500 = 0 AND sender_id IS NOT NULL""",
)
