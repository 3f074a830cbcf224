"""What somebody wrote in this mail: without markup, quoted history and signature.

Line by line and in one pass, so that no mail takes long: see docs/adr/0005.
"""

import re
from html import unescape

LONGEST = 200_000
_HIDDEN = {"script", "style", "head", "title", "blockquote", "template"}
_BREAKS = {"br", "p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "hr", "ul", "ol", "section"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "track", "wbr"}
#: A tag ends before the next one begins, so that markup nobody closed is read once: the standard library's parser takes
#: minutes for it.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]{0,4000})>")
_QUOTED = re.compile(r"class\s*=\s*[\"'][^\"']{0,200}quote", re.I)
_MARKUP = re.compile(r"<(?:html|body|div|p|br|table|span|font|head|!doctype)\b", re.I)
#: The line above quoted history, in six languages; each is matched against one short line.
_QUOTE_HEADS = re.compile(
    r"(?:-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|"
    r"oorspronkelijk bericht|forwarded message|weitergeleitete nachricht)|_{10,}$"
    r"|(?:on|am|le|el|il|op)\b.{4,180}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b.{0,120}:?\s*$)",
    re.I,
)
_HEADER = re.compile(
    r"(?:from|von|de|da|van|sent|gesendet|envoyé|enviado|inviato|verzonden|to|an|à|para|a|aan)\s?: ", re.I
)
_SIGNATURE = re.compile(
    r"(?:--|—|__)\s*$|sent from my |von meinem .{2,20} gesendet|envoyé de mon |enviado desde mi |inviato da ",
    re.I,
)
_GREETING = re.compile(
    r"(?:(?:with )?(?:best|kind|warm) regards|regards|sincerely|mit freundlichen grüßen|freundliche grüße|viele grüße|mfg|"
    r"cordialement|bien à vous|salutations|un saludo|saludos|atentamente|cordiali saluti|distinti saluti|saluti|"
    r"met vriendelijke groet(?:en)?|groeten|mvg)\s*[,.!]?\s*$",
    re.I,
)


def plain(text: str) -> str:
    """The text of a mail that may be HTML; anything else as it is. Never more than 200,000 characters."""
    text = text[:LONGEST]
    if not _MARKUP.search(text[:20_000]):
        return text
    parts: list[str] = []
    hidden: list[str] = []
    end = 0
    text = _without_comments(text)
    for tag in _TAG.finditer(text):
        if not hidden:
            parts.append(text[end : tag.start()])
        end = tag.end()
        closing, name, rest = tag[1] == "/", tag[2].lower(), tag[3]
        if closing and hidden and name == hidden[-1]:
            hidden.pop()
        elif (
            not closing
            and name not in _VOID
            and (name in _HIDDEN or (hidden and name == hidden[-1]) or _QUOTED.search(rest))
        ):
            hidden.append(name)
        if name in _BREAKS:
            parts.append("\n")
    if not hidden:
        parts.append(text[end:])
    lines = (" ".join(unescape(line).split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def _without_comments(text: str) -> str:
    """The text without its comments; one that never ends hides nothing."""
    parts, at = [], 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts.append(text[at:begin])
        at = end + 3
    return "".join([*parts, text[at:]])


def latest(text: str) -> str:
    """What was written in this mail itself; the whole text when everything looks quoted."""
    kept: list[str] = []
    headers = 0
    for line in text.splitlines():
        short = line.strip()[:400]
        if short.startswith(">"):
            continue
        headers = headers + 1 if _HEADER.match(short) else 0
        if headers >= 2:
            kept.pop()
            break
        if _QUOTE_HEADS.match(short) or (_SIGNATURE.match(short) and any(kept)):
            break
        kept.append(line)
        if _GREETING.match(short) and any(entry.strip() for entry in kept[:-1]):
            break
    found = "\n".join(kept).strip()
    return found or text.strip()


def sentences(text: str, most: int = 40) -> list[str]:
    """The sentences of a text with three words or more, at most `most` of them."""
    parts = re.split(r"(?<=[.!?])\s+|\n+", text[:20_000])
    return [part.strip() for part in parts if len(part.split()) >= 3][:most]
