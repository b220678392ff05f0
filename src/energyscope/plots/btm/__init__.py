"""The report of a bundle: one HTML file, a Markdown file with pictures beside it, or the pictures alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from energyscope.atomic import whole_file
from energyscope.families.btm.bundles.folder import Folder
from energyscope.families.btm.refusals import refuse
from energyscope.plots.btm.written import Written, read_written

if TYPE_CHECKING:
    from energyscope.plots.btm.style import Picture

Format = Literal["html", "md", "png"]


def write_report(bundle: str | Path, out: str | Path | None = None, format: Format = "html") -> list[Path]:
    """Make the report of the outputs in a bundle, a folder or a URL; gives the files written.

    `out` is the HTML or Markdown file, or the folder for it or for the PNG files (a name without suffix is a folder);
    by default they stand in the bundle. Raises BtmError where there are no outputs, where they are not those that the
    run left, the report would not be on the local disk, or the extra `plots` is not installed; OSError where nothing
    can be written.
    """
    target = _local(bundle if out is None else out)
    written = read_written(bundle)
    drawn = pictures(written)
    if format == "png":
        return _write_pictures(drawn, target)
    if target.is_dir() or not target.suffix:
        target /= f"report.{format}"
    return _write_markdown(written, drawn, target) if format == "md" else _write_html(written, drawn, target)


def _local(place: str | Path) -> Path:
    """A path on the disk, or that of a `file://` URL. Raises BtmError BTM004 for any other URL."""
    found = place if isinstance(place, Path) else Folder.of(place).local if "://" in place else Path(place)
    if found is None:
        help = "say `--out FILE` with a local path"
        raise refuse("BTM004", f"a report is written to the local disk, not to `{place}`", help)
    return found


def pictures(written: Written) -> list[Picture]:
    """All pictures that a run has, in order. Raises BtmError where the extra `plots` is not installed."""
    made = (draw(written) for draw in _makers())
    return [picture for picture in made if picture is not None]


def _makers() -> Iterable[Callable[[Written], Picture | None]]:
    try:
        import vl_convert  # noqa: F401

        from energyscope.plots.btm import load_pictures, money_pictures, week_picture
    except ImportError:
        help = "pip install 'energyscope-linopy[plots]'"
        raise refuse("BTM001", "a report needs altair and vl-convert-python, which are not installed", help) from None
    return (
        money_pictures.bill_waterfall,
        money_pictures.cash_flow,
        week_picture.dispatch_week,
        load_pictures.import_by_hour,
        load_pictures.monthly_peaks,
        load_pictures.duration_curve,
        load_pictures.cycle_histogram,
    )


def _png(chart: Any) -> bytes:
    import vl_convert

    from energyscope.plots.btm.style import SCALE

    return bytes(vl_convert.vegalite_to_png(_spec(chart), scale=SCALE))


def _svg(chart: Any) -> bytes:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(_spec(chart))).encode("utf-8")


def _spec(chart: Any) -> dict[str, Any]:
    """The chart in Vega-Lite; altair warns of large tables unless told that they are meant."""
    import altair

    from energyscope.plots.btm.style import looked

    with altair.data_transformers.enable("default", max_rows=None):
        return dict(looked(chart).to_dict())


def _write_html(written: Written, drawn: list[Picture], target: Path) -> list[Path]:
    from energyscope.plots.btm.contents import report_of
    from energyscope.plots.btm.page import page

    images = {each.name: _png(each.chart) if each.raster else _svg(each.chart) for each in drawn}
    text = page(report_of(written, {each.name: each for each in drawn}), images)
    return [_write(target, text.encode("utf-8"))]


def _write_markdown(written: Written, drawn: list[Picture], target: Path) -> list[Path]:
    from energyscope.plots.btm.contents import report_of
    from energyscope.plots.btm.markdown import markdown

    files = _write_pictures(drawn, target.parent)
    names = {each.name: file.name for each, file in zip(drawn, files, strict=True)}
    text = markdown(report_of(written, {each.name: each for each in drawn}), names)
    return [_write(target, text.encode("utf-8")), *files]


def _write_pictures(drawn: list[Picture], folder: Path) -> list[Path]:
    titled = ((each.name, each.chart.properties(title=each.title)) for each in drawn)
    return [_write(folder / f"report_{name}.png", _png(chart)) for name, chart in titled]


def _write(target: Path, content: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(target) as path:
        path.write_bytes(content)
    return target
