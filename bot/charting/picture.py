"""Draws a chart: ``python -m bot.charting.picture`` reads what to draw as JSON, and writes a PNG.

It runs in a process of its own, for its libraries cost a second and 70 MB, and are gone again with
it. The picture has a ground of its own, dark and calm, so that it reads the same in a light and in a
dark client; its letters are large, since a phone shows it at a third of its size.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 1200, 800, 100
_GROUND, _INK, _FAINT = "#1c2733", "#f2f5f8", "#5a6b7c"
# Told apart also by those who see few colours: Okabe and Ito's, the lighter ones.
_COLOURS: Final = ("#56b4e9", "#e69f00", "#4fd1a5", "#f08bc0")
_MARKS: Final = ("o", "s", "^", "D")
_MOST_TICKS: Final = 5
_FEW_DAYS: Final = 16
_WIDE: Final = 36  # letters of a title in its full size
# The first is the library's own; the others stand in for scripts that it lacks, where they are there.
_FONTS: Final = (
    "DejaVu Sans",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
)


def draw(wanted: dict[str, Any]) -> bytes:
    """The picture of ``title``, ``labels`` (of the days), ``series`` of ``name`` and ``counts``.

    ``rtl`` puts the title and the figures to the right. The text is final: shaped, localised.
    """
    import matplotlib as mpl  # noqa: PLC0415 - a second of work, for this process alone

    mpl.use("agg")
    from matplotlib import font_manager  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    there = {font.name for font in font_manager.fontManager.ttflist}
    mpl.rcParams["font.family"] = [name for name in _FONTS if name in there]
    rtl, series = bool(wanted["rtl"]), wanted["series"]
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=_GROUND)
    axes = figure.add_axes((0.05 if rtl else 0.1, 0.12, 0.84, 0.68))
    (_bars if len(series) == 1 else _lines)(axes, series)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    _dress(axes, wanted["labels"], rtl=rtl)
    side = "right" if rtl else "left"
    if len(series) == 1:
        title = wanted["title"]
        figure.text(
            0.96 if rtl else 0.04, 0.9, title, color=_INK, ha=side, fontweight="bold",
            fontsize=min(30, 30 * _WIDE / max(len(title), 1)), parse_math=False,
        )  # fmt: skip
    else:  # the names are the title
        figure.legend(
            loc="upper right" if rtl else "upper left", bbox_to_anchor=(0.98 if rtl else 0.02, 1.0), ncols=2,
            frameon=False, labelcolor=_INK, fontsize=24, handlelength=1.2, columnspacing=1.4,
        )  # fmt: skip
    out = io.BytesIO()
    with warnings.catch_warnings():  # a letter that no font here has is drawn as a box
        warnings.simplefilter("ignore")
        figure.savefig(out, format="png", dpi=DPI, facecolor=_GROUND)
    return out.getvalue()


def _bars(axes: Axes, series: Sequence[dict[str, Any]]) -> None:
    counts = series[0]["counts"]
    axes.bar(range(len(counts)), counts, color=_COLOURS[0], width=0.8)


def _lines(axes: Axes, series: Sequence[dict[str, Any]]) -> None:
    for number, each in enumerate(series):
        counts = each["counts"]
        axes.plot(
            range(len(counts)), counts, label=each["name"], color=_COLOURS[number], linewidth=4,
            marker=_MARKS[number] if len(counts) <= _FEW_DAYS else None, markersize=11,
            solid_capstyle="round", clip_on=False,
        )  # fmt: skip


def _dress(axes: Axes, labels: Sequence[str], *, rtl: bool) -> None:
    """The scales: few figures, large, no frame."""
    axes.set_facecolor(_GROUND)
    axes.grid(axis="y", color=_FAINT, linewidth=1, alpha=0.5)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    step = max(1, -(-len(labels) // _MOST_TICKS))
    places = list(range(len(labels) - 1, -1, -step))[::-1]
    axes.set_xticks(places, [labels[place] for place in places])
    axes.tick_params(colors=_INK, labelsize=22, length=0, pad=10)
    if rtl:
        axes.yaxis.tick_right()
    spare = max(0.6, 3 - len(labels) / 2)  # a bar of one day need not fill it all
    axes.set_xlim(-spare, len(labels) - 1 + spare)


def main() -> None:
    """One picture, from standard input to standard output."""
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))


if __name__ == "__main__":
    main()
