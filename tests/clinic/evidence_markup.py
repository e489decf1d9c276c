"""A page as a tree in which elements are found by a few CSS selectors: descendants, tag, #id, .class and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_PART = re.compile(
    r"(?P<kind>[#.]?)(?P<name>[\w-]+)|\[(?P<key>[\w-]+)(?:(?P<sign>\^?=)\"?(?P<value>[^\]\"]*)\"?)?\]"
)


class Element:
    """An element with its attributes, its children and its text."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def text(self) -> str:
        """The words of it and of all below, single spaces between them."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()

    def below(self) -> Iterator[Element]:
        """Every element below it, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.below()

    def all(self, selector: str) -> list[Element]:
        """Elements below it that a selector such as ``#list tbody a[href^=/]`` finds."""
        found = [self]
        for part in selector.split():
            found = list(dict.fromkeys(each for one in found for each in one.below() if each.is_a(part)))
        return found

    def one(self, selector: str) -> Element:
        """The first of them; there is one."""
        found = self.all(selector)
        assert found, f"nothing is {selector}"
        return found[0]

    def is_a(self, part: str) -> bool:
        """Whether it fits a selector without a space."""
        return all(self._fits(match) for match in _PART.finditer(part))

    def _fits(self, match: re.Match[str]) -> bool:
        name, key = match["name"], match["key"]
        if key:
            given = self.attributes.get(key)
            wanted = match["value"] or ""
            return given is not None and (
                (match["sign"] == "=" and given == wanted)
                or (match["sign"] == "^=" and given.startswith(wanted))
                or not match["sign"]
            )
        if match["kind"] == "#":
            return self.attributes.get("id") == name
        if match["kind"] == ".":
            return name in self.attributes.get("class", "").split()
        return self.tag == name


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Element:
    """The tree of a page; one whose elements are not closed in order fails."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.open) == 1, f"<{builder.open[-1].tag}> is not closed"
    return builder.open[0]
