"""The page as a notebook's widget: what is moved in it is computed by the kernel.

The page sets `request`, the kernel answers by setting `answer` with the same id; the messages are those of
`moving.py`, which the local server speaks, too.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from whygrad.errors import UnsupportedError
from whygrad.explaining.font import FONT, font_address
from whygrad.explaining.moving import Moved
from whygrad.explaining.page import more_text, script_text, style_text

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation


_WITH_FONT = f"""
if (![...document.fonts].some((face) => face.family.replace(/"/g, "") === "{FONT}"))
  document.fonts.add(new FontFace("{FONT}", "url({font_address()})"));
"""
"""The font is added by script: where a notebook keeps widgets in a shadow tree, a style sheet could not bring it."""


def widget(d: Derivation) -> Any:
    """The widget of a derivation."""
    return _widget_class()(d)


@functools.cache
def _widget_class() -> Any:
    """The class, made where anywidget is at hand."""
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise UnsupportedError(
            "d.widget() needs anywidget, which is not installed",
            instead="pip install 'whygrad[notebook]'; d alone, at the end of a cell, shows the page without it",
        ) from None

    class DerivationWidget(anywidget.AnyWidget):
        """A derivation whose numbers the kernel computes anew when something is moved."""

        _esm = more_text() + script_text() + _WITH_FONT
        _css = style_text()
        document = traitlets.Unicode().tag(sync=True)
        request = traitlets.Dict().tag(sync=True)
        answer = traitlets.Dict().tag(sync=True)

        def __init__(self, d: Derivation) -> None:
            text = d.to_json()
            super().__init__(document=text)
            self.moved = Moved(d, told=json.loads(text))

        @traitlets.observe("request")
        def _asked(self, change: Any) -> None:
            request = change["new"]
            if request:
                self.answer = {"id": request.get("id"), **self.moved.answer(request)}

        def __repr__(self) -> str:
            return f"<Widget of the derivation of {self.moved.derivation.name}>"

    return DerivationWidget
