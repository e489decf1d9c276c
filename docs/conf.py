"""How the documentation is built: Markdown pages, offline, every warning an error."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math import latex2mathml
from sphinx.application import Sphinx

from painloop import __version__

project = "painloop"
copyright = "2026, The painloop developers"
author = "The painloop developers"
version = release = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"painloop {release}"
html_show_sourcelink = False
html_math_renderer = "mathml"


def _inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(latex2mathml.tex2mathml(node.astext()))
    raise nodes.SkipNode


def _display(writer: Any, node: nodes.math_block) -> None:
    formula = latex2mathml.tex2mathml(node.astext(), as_block=True)
    writer.body.append(f'<div style="overflow-x: auto; overflow-y: hidden">{formula}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Formulas become MathML, which browsers draw themselves: the pages work without a network."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
