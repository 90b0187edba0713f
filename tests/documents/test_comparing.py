"""Comparing two states of a text: the laws, and what a reader sees."""

from hypothesis import given
from hypothesis import strategies as st

from apps.documents.body import body_from_text
from apps.documents.comparing import (
    Block,
    Change,
    Row,
    Run,
    blocks_compared,
    body_blocks,
    texts_compared,
)

TEXTS = st.text(alphabet="防汛工作，。的甲乙丙丁1２ ", max_size=60)
BLOCKS = st.lists(st.builds(Block, TEXTS, level=st.integers(0, 4), is_row=st.booleans()), max_size=12)


def read(runs: tuple[Run, ...], side: Change) -> str:
    """The text of one side."""
    return "".join(run.text for run in runs if run.change in {Change.KEPT, side})


def side_of(rows: tuple[Row, ...], side: Change) -> list[str]:
    """The blocks of one side in order."""
    other = Change.DELETED if side is Change.INSERTED else Change.INSERTED
    return [read(row.runs, side) for row in rows if row.change is not other]


@given(TEXTS, TEXTS)
def test_the_stretches_lead_from_the_old_text_to_the_new(old: str, new: str) -> None:
    runs = texts_compared(old, new)
    assert read(runs, Change.DELETED) == old
    assert read(runs, Change.INSERTED) == new
    assert all(run.text for run in runs)


@given(BLOCKS, BLOCKS)
def test_the_rows_lead_from_the_old_blocks_to_the_new(old: list[Block], new: list[Block]) -> None:
    rows = blocks_compared(old, new)
    assert side_of(rows, Change.DELETED) == [block.text for block in old]
    assert side_of(rows, Change.INSERTED) == [block.text for block in new]


@given(BLOCKS)
def test_a_text_compared_with_itself_is_kept_whole(blocks: list[Block]) -> None:
    assert all(row.change is Change.KEPT for row in blocks_compared(blocks, blocks))


def test_a_changed_word_is_one_deletion_and_one_insertion() -> None:
    assert texts_compared("请于11月28日前报送。", "请于12月5日前报送。") == (
        Run(Change.KEPT, "请于1"),
        Run(Change.DELETED, "1月28"),
        Run(Change.INSERTED, "2月5"),
        Run(Change.KEPT, "日前报送。"),
    )


def test_an_inserted_paragraph_does_not_disturb_its_neighbours() -> None:
    old = body_blocks(body_from_text("各单位要落实防汛责任制。\n严格执行值班制度。"))
    new = body_blocks(
        body_from_text("各单位要落实防汛责任制。\n备足抢险物资。\n严格执行领导带班和值班制度。")
    )
    assert [row.change for row in blocks_compared(old, new)] == [
        Change.KEPT,
        Change.INSERTED,
        Change.CHANGED,
    ]


def test_a_table_is_compared_row_by_row() -> None:
    def table(*rows: tuple[str, ...]) -> tuple[Block, ...]:
        cells = [
            {
                "type": "table_row",
                "content": [
                    {"type": "table_cell", "content": [{"type": "paragraph", "content": [
                        {"type": "text", "text": text}]}]}
                    for text in row
                ],
            }
            for row in rows
        ]  # fmt: skip
        return body_blocks({"type": "doc", "content": [{"type": "table", "content": cells}]})

    rows = blocks_compared(
        table(("编织袋", "2000条"), ("冲锋舟", "3艘")), table(("编织袋", "5000条"), ("冲锋舟", "3艘"))
    )
    assert [row.change for row in rows] == [Change.CHANGED, Change.KEPT]
    assert rows[0].runs == (
        Run(Change.KEPT, "编织袋 ｜ "),
        Run(Change.DELETED, "2"),
        Run(Change.INSERTED, "5"),
        Run(Change.KEPT, "000条"),
    )


def test_a_paragraph_of_a_whole_book_is_compared_by_clauses() -> None:
    book = "".join(f"第{number}项工作由第{number}组承担，" for number in range(20_000))
    runs = texts_compared(book, book.replace("第19999项", "末项"))
    assert [run.change for run in runs] == [Change.KEPT, Change.DELETED, Change.INSERTED]


def test_a_word_changed_in_every_paragraph_of_a_long_text_is_shown_as_a_word() -> None:
    old = [Block(f"第{number}项由办公室负责。") for number in range(300)]
    new = [Block(block.text.replace("办公室", "发改委")) for block in old]
    assert {row.change for row in blocks_compared(old, new)} == {Change.CHANGED}
