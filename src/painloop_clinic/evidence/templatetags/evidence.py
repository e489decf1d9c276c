"""Marks of verdicts and confidences, and references with their links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from painloop.evidence.sentences import source_words
from painloop_clinic.evidence.addresses import address_of, outside_links
from painloop_clinic.evidence.words import CONFIDENCES, ROUTES, WEAK, mark_of

register = template.Library()


@register.simple_tag
def verdict(name: str) -> SafeString:
    """A verdict as a sign with its words."""
    mark = mark_of(name)
    return format_html(
        '<span class="badge verdict {}"><span aria-hidden="true">{}</span> {}</span>',
        mark.tone,
        mark.sign,
        mark.words,
    )


@register.simple_tag
def confidence(name: str | None) -> SafeString:
    """How sure a statement is; what no reader should overlook has a mark of its own."""
    if not name:
        return SafeString("")
    tone, sign = ("weak", "! ") if name in WEAK else ("", "")
    return format_html(
        '<span class="sure {}" title="{}">{}{}</span>', tone, CONFIDENCES.get(name, ""), sign, name
    )


@register.filter
def linked(text: str | None) -> SafeString:
    """A reference in which identifiers lead to the publication."""
    return format_html_join("", "{}", ((_piece(*one),) for one in outside_links(text or "")))


def _piece(text: str, address: str) -> SafeString | str:
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, text) if address else text


@register.filter
def cited(entry_id: str) -> SafeString:
    """An entry of the library as its citation, which leads to its page."""
    return format_html('<a href="{}">{}</a>', entry_address(entry_id), source_words(entry_id))


@register.filter
def entry_address(entry_id: str) -> str:
    """The page of ``kind/id``."""
    return address_of(*entry_id.split("/", 1))


@register.filter
def routes(names: Iterable[str]) -> str:
    """Routes in words."""
    return ", ".join(ROUTES[one] for one in names)


@register.filter
def study(name: str) -> str:
    """The id of a study as authors and year, such as Noppers 2011."""
    return " ".join(part.capitalize() for part in name.split("-"))


@register.inclusion_tag("evidence/filter_form.html")
def filter_form(choices: Any, number: Any = None) -> dict[str, Any]:
    """A form of lists to choose from."""
    return {"choices": choices, "number": number}
