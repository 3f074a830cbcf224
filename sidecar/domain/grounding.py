"""Whether a text says only what its sources say: every number, every name, no decision of its own."""

import re
from collections.abc import Iterable
from decimal import Decimal

_NUMBER = re.compile(r"\d+(?:[.,'’ ]\d+)*")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MASK = re.compile(r"<<[A-Z]+\d+>>")


def _word_list(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


#: Written-out numbers escape the digits, so they need a source too.
_NUMBER_WORDS = _word_list(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half double twice triple dozen"""
)
#: Words that claim a decision or ask for one.
_DECISIONS = re.compile(
    r"\b(approv\w*|reject\w*|releas\w*|refund\w*|credit(?:ed|s)?|waiv\w*|cancel\w*|overrid\w*|ignor\w*|must|should|recommend\w*|urge\w*)\b",
    re.I,
)
#: Words that may begin a sentence with a capital letter without being a name.
_COMMON = _word_list(
    """a an the this that these those it its there here he she they we i you his her their our your and or but so then also still
    after before since because while when where what which who why how as at by for from in of on to with without within under over
    about above below between during until not no nothing none all any both each every some most more less other another first last
    next now today yesterday tomorrow order orders customer customers vendor supplier invoice delivery deliveries payment price prices
    discount amount quantity check checks hold holds limit limits ticket message mail history request sales finance warehouse
    was were is are has have had been be being does did do will would could can may might waits waiting held asked wrote says said
    according overall currently earlier later meanwhile however therefore thus again already only even goods item items team
    manager review decision reason reasons deadline"""
)


def numbers(text: str) -> set[str]:
    """The numbers of a text in one form: `1,250.00`, `1250` and `1 250` are the same."""
    found: set[str] = set()
    for match in _NUMBER.finditer(_MASK.sub(" ", text)):
        raw = re.sub(r"['’ ]", "", match.group())
        found |= (
            {_canonical(raw)} if _one_number(raw) else {_canonical(part) for part in re.split(r"[.,]", raw)}
        )
    return found


def _one_number(raw: str) -> bool:
    return bool(
        re.fullmatch(r"\d+|\d+[.,]\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+(?:,\d+)?", raw)
    )


def _canonical(raw: str) -> str:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", raw):
        raw = raw.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", raw):
        raw = raw.replace(".", "").replace(",", ".")
    text = format(Decimal(raw.replace(",", ".")).normalize(), "f")
    return text


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(_MASK.sub(" ", text))}


def ungrounded(text: str, sources: Iterable[str]) -> str:
    """The first thing in `text` that no source says, in words; empty when every number, name and mask has a source.

    Strict on purpose: a doubt costs a text of the model's, never the truth of a summary.
    """
    whole = "\n".join(sources)
    known_numbers, known_words, masks = numbers(whole), _words(whole), set(_MASK.findall(whole))
    for mask in _MASK.findall(text):
        if mask not in masks:
            return f"the mask {mask} is in no source"
    for number in sorted(numbers(text)):
        if number not in known_numbers:
            return f"the number {number} is in no source"
    bare = _MASK.sub(" ", text)
    for match in _WORD.finditer(bare):
        word = match.group()
        if word.lower() in _NUMBER_WORDS and word.lower() not in known_words:
            return f"the number word {word} is in no source"
        if word[0].isupper() and word.lower() not in known_words and word.lower() not in _COMMON:
            return f"the name {word} is in no source"
    decided = _DECISIONS.search(bare)
    if decided and decided.group().lower() not in known_words:
        return f"it decides or advises by itself: {decided.group()}"
    return ""
