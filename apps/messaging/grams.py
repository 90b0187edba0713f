"""Words of messages as numbers, so that one index finds one, two and more characters within a conversation (pure).

A text is folded (full-width forms, letter case, runs of space) and cut into its characters and pairs of neighbours. Each becomes
a 63-bit number together with the conversation, so an index entry lists only that conversation's messages: the cost of a
search grows with what is found there, not with what a million others wrote. Pairs are necessary, not sufficient, for longer
words: what is found is compared once more.
"""

from hashlib import blake2b

from apps.core.words import folded

TEXT_LIMIT = 20_000


def pieces(text: str) -> set[str]:
    """Single characters and pairs of neighbours of a folded text; space alone is no piece."""
    singles = {character for character in text if character != " "}
    return singles | {text[place : place + 2] for place in range(len(text) - 1)}


def gram(conversation_id: int, piece: str) -> int:
    """The number of a piece in a conversation."""
    digest = blake2b(f"{conversation_id}:{piece}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def grams_of(conversation_id: int, text: str) -> list[int]:
    """All numbers of a text, sorted."""
    return sorted({gram(conversation_id, piece) for piece in pieces(folded(text[:TEXT_LIMIT]))})


def grams_needed(conversation_id: int, word: str) -> list[int]:
    """Numbers a text must have to contain `word`: the character itself, else its pairs, in the same order everywhere."""
    plain = folded(word)
    if len(plain) <= 1:
        return [gram(conversation_id, plain)] if plain else []
    pairs = dict.fromkeys(plain[place : place + 2] for place in range(len(plain) - 1))
    return [gram(conversation_id, pair) for pair in pairs]
