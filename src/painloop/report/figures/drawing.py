"""From axes to a figure file: canvas sizes, shared axis manners, bands, direct labels, SVG clean-up.

matplotlib is imported when a figure is drawn, never when painloop is; its state-machine interface is not used, so
figures can be drawn in any thread and need no display. SVG keeps its text as text.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from painloop.report.figures.palette import CSS_NAMES, FAINT, GRID, INK, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from painloop.report.curves import Curve

_FONTS = "'DejaVu Sans', Verdana, Arial, sans-serif"
_STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.labelsize": 9.0,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "painloop",
    "path.simplify_threshold": 0.2,
}


@dataclass(frozen=True)
class Frame:
    """How wide a figure is (inch) and how many panels stand beside each other."""

    width: float
    columns: int

    @property
    def narrow(self) -> bool:
        """Whether the figure is meant for a phone."""
        return self.columns == 1


WIDE = Frame(7.3, 3)
NARROW = Frame(3.5, 1)


@dataclass(frozen=True)
class Caption:
    """What stands around the panels: the question above, model, version and n in small print below."""

    question: str
    footer: str


@contextmanager
def _style() -> Iterator[None]:
    from matplotlib import rc_context

    with rc_context(_STYLE), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # e.g. a name with a letter the measuring font lacks; browsers have it
        yield


def draw(
    caption: Caption,
    frame: Frame,
    heights: Sequence[float],
    columns: int,
    paint: Callable[[list[Axes]], None],
) -> bytes:
    """Draw panels on a grid and return the SVG.

    Parameters
    ----------
    caption : question and footer.
    heights : height of each row of panels in inches.
    columns : panels beside each other.
    paint : fills the axes, which come row by row.
    """
    with _style():
        figure = _figure(caption, frame, heights, columns, paint)
        return _svg(figure)


def draw_png(
    caption: Caption,
    frame: Frame,
    heights: Sequence[float],
    columns: int,
    paint: Callable[[list[Axes]], None],
    dots_per_inch: int = 200,
) -> bytes:
    """The same figure as :func:`draw` as PNG on white."""
    with _style():
        figure = _figure(caption, frame, heights, columns, paint)
        stream = io.BytesIO()
        figure.savefig(
            stream, format="png", dpi=dots_per_inch, facecolor="white", metadata={"Software": None}
        )
        return stream.getvalue()


def _figure(
    caption: Caption,
    frame: Frame,
    heights: Sequence[float],
    columns: int,
    paint: Callable[[list[Axes]], None],
) -> Figure:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    question = _wrapped(caption.question, frame.width, 10.5)
    footer = _wrapped(caption.footer, frame.width, 7.0)
    top = 0.14 + 0.19 * (question.count("\n") + 1)
    bottom = 0.10 + 0.13 * (footer.count("\n") + 1)
    height = sum(heights) + top + bottom
    layout = ConstrainedLayoutEngine(
        rect=(0, bottom / height, 1, 1 - (top + bottom) / height),
        w_pad=0.04,
        h_pad=0.05,
        hspace=0.06,
        wspace=0.05,
    )
    figure = Figure(figsize=(frame.width, height), layout=layout)
    FigureCanvasSVG(figure)
    axes = figure.subplots(len(heights), columns, squeeze=False, gridspec_kw={"height_ratios": list(heights)})
    paint([axis for row in axes for axis in row])
    figure.text(0.012, 1 - 0.05 / height, question, fontsize=10.5, fontweight="bold", va="top", ha="left")
    figure.text(0.012, 0.05 / height, footer, fontsize=7.0, color=FAINT, va="bottom", ha="left")
    return figure


def _wrapped(text: str, width: float, size: float) -> str:
    """Break ``text`` into lines that fit ``width`` inches at ``size`` points."""
    import textwrap

    letters = max(16, int(width * 72 / (size * 0.62)))
    return "\n".join(textwrap.wrap(" ".join(text.split()), letters)) or " "


def _svg(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue().decode("utf-8")
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<!DOCTYPE[^>]*>\s*", "", text)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"'DejaVu Sans'(?:, [^;\"]*)?(?=[;\"])", _FONTS, text)
    text = re.sub(r'( d="[^"]*")', lambda found: _shorter(found.group(1)), text)
    text = re.sub(r"(<use [^>]*>)", lambda found: _shorter(found.group(1)), text)
    return _renumbered(text).encode("utf-8")


def _renumbered(svg: str) -> str:
    """Ids in order of use instead of by memory address, so that the same figure is the same file."""
    used = list(dict.fromkeys(re.findall(r'(?:url\(#|href="#)([^")]+)', svg)))
    names = {name: f"s{i}" for i, name in enumerate(used)}
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{names[m[1]]}"' if m[1] in names else "", svg)
    return re.sub(r'(url\(#|href="#)([^")]+)', lambda m: m[1] + names[m[2]], svg)


def _shorter(path: str) -> str:
    """Coordinates to a hundredth of a point: nobody sees more."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"(\d+\.\d\d)\d+", r"\1", path))


def inline(svg: bytes, key: str, label: str) -> str:
    """The SVG as an element of an HTML page.

    Ids get the prefix ``key`` (a page holds many figures), palette colours become custom properties (dark mode), the
    size is left to the page and ``label`` is what a screen reader says.
    """
    from html import escape

    text = svg.decode("utf-8")
    text = text[text.index("<svg") :].strip()
    head, body = text.split(">", 1)
    box = re.search(r'viewBox="([^"]*)"', head)
    body = re.sub(r' id="([^"]+)"', rf' id="{key}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", body)
    body = re.sub(r'(?:xlink:)?href="#([^"]+)"', rf'href="#{key}-\1"', body)
    for color, name in CSS_NAMES.items():
        body = body.replace(color, f"var(--chart-{name}, {color})")
    size = box[1] if box else "0 0 100 100"
    return f'<svg viewBox="{size}" role="img" aria-label="{escape(label, quote=True)}">{body}'


def band(axis: Axes, curve: Curve, scale: float, factor: float, look: Look) -> None:
    """The 5-95 % and 25-75 % bands; ``scale`` turns hours into the axis unit, ``factor`` values likewise."""
    x = curve.time_h * scale
    for low, high, alpha in ((curve.p05, curve.p95, 0.16), (curve.p25, curve.p75, 0.26)):
        if low is None or high is None or not curve.has_spread:
            continue
        axis.fill_between(x, low * factor, high * factor, color=look.color, alpha=alpha, linewidth=0)
    if curve.has_spread and curve.p05 is not None and curve.p95 is not None:
        for edge in (curve.p05, curve.p95):  # a thin edge keeps the band visible in black and white
            axis.plot(x, edge * factor, color=look.color, linewidth=0.5, alpha=0.7)


def mark_sessions(axis: Axes, sessions: Sequence[tuple[float, float]], scale: float) -> None:
    """Black bars on the time axis while drug is given; a bolus is a tick."""
    low, high = axis.get_xlim()
    for start, stop in sessions:
        if start * scale > high or stop * scale < low:
            continue
        width = max((stop - start) * scale, 0.004 * (high - low))
        axis.axvspan(start * scale, start * scale + width, 0.0, 0.03, color=INK, linewidth=0, zorder=5)
    axis.set_xlim(low, high)


def label_ends(axis: Axes, ends: Sequence[tuple[float, str, Look]], gap: float = 0.075) -> None:
    """Names at the right end of the lines, pushed apart so that none covers another.

    ``ends`` holds (last value in data units, name, look); ``gap`` is the least distance as a fraction of the height.
    """
    if not ends:
        return
    to_fraction = axis.transScale + axis.transLimits
    right = axis.get_xlim()[1]
    placed = sorted(((float(to_fraction.transform((right, y))[1]), y, name, look) for y, name, look in ends))
    heights = _spread([min(1.0, max(0.0, item[0])) for item in placed], gap)
    for height, (own, _, name, look) in zip(heights, placed, strict=True):
        axis.plot(
            [1.0, 1.03, 1.08],
            [min(1.0, max(0.0, own)), height, height],
            transform=axis.transAxes,
            clip_on=False,
            **{**look.line, "linewidth": 1.3},
        )
        axis.text(1.09, height, name, transform=axis.transAxes, va="center", ha="left", fontsize=8.0)


def _spread(heights: list[float], gap: float) -> list[float]:
    """Ascending ``heights`` moved as little as needed to stand ``gap`` apart within 0 to 1."""
    moved = list(heights)
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    overshoot = max(0.0, moved[-1] - 1.0) if moved else 0.0
    ceiling = 1.0 if overshoot else np.inf
    for i in range(len(moved) - 1, -1, -1):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return moved
