"""OSeMOSYS's published MathProg texts with its smallest data set, unmodified, against glpsol.

The texts come from the wheel of `aperc-osemosys`, the data set (Simplicity) from the source archive of `otoole`.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from energyscope.energyscope import Energyscope
from energyscope.models import Model
from glpsol_output import processed

pytestmark = [pytest.mark.network, pytest.mark.slow]
DOWNLOAD_TIMEOUT_S = 90
PRINTED = 1e-9
"""Relative: glpsol prints ten digits of the optimum, and its tables have 15."""
DECLARED_OTHERWISE = {
    "DiscountRate": ("REGION,TECHNOLOGY,VALUE", "0.05"),
    "DiscountRateStorage": ("REGION,STORAGE,VALUE", "0.05"),
}
"""Subscripts that the texts give an item and the data set does not: its one value becomes a default."""
FEASIBLE = 1e-6
"""What both solvers may violate rows by, and with it the values that follow from them."""
UNIQUE = ("TotalDiscountedCost", "AnnualEmissions", "CapitalInvestment", "Demand", "DiscountedSalvageValue")
"""Tables that are the same in all optima, as far as two solvers tell."""


@pytest.fixture(scope="module")
def published(package_index: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("osemosys")
    for package, words in (("aperc-osemosys==2021.5", ()), ("otoole==1.1.5", ("--no-binary", "otoole"))):
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            str(folder),
            *words,
            package,
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=DOWNLOAD_TIMEOUT_S)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
            pytest.skip(f"{package} cannot be fetched: {failure}")
    return folder


@pytest.mark.parametrize("text", ["osemosys_short_1_0", "osemosys-fast_1_0"])
def test_osemosys_as_it_is(text: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(next(published.glob("aperc*.whl"))) as wheel:
        model = wheel.read(f"aperc_osemosys/{text}.txt")
    (tmp_path / "osemosys.mod").write_bytes(model)
    (tmp_path / "simplicity.dat").write_text(data_text(published, model.decode()), encoding="utf-8")
    for results in ("results", "tmp"):
        (tmp_path / results).mkdir()
    monkeypatch.chdir(tmp_path)

    result = Energyscope(Model.from_paths(["osemosys.mod", "simplicity.dat"])).calc()
    said = processed(tmp_path / "osemosys.mod", tmp_path / "simplicity.dat")

    reached = next(line for line in reversed(said.splitlines()) if "obj =" in line)
    assert result.objective == pytest.approx(float(reached.split("obj =")[1].split()[0]), rel=PRINTED)
    tables = {Path(each.path).stem: each for each in result.shown.tables.values()}
    assert len(tables) >= 10
    for name in UNIQUE:
        if name in tables:
            assert_same_table(tables[name].csv(), next(tmp_path.rglob(f"{name}.csv")).read_text(encoding="utf-8"))


def assert_same_table(ours: str, theirs: str) -> None:
    for our_row, their_row in zip(csv.reader(io.StringIO(ours)), csv.reader(io.StringIO(theirs)), strict=True):
        assert our_row[:-1] == their_row[:-1]
        if our_row[-1] != their_row[-1]:
            assert float(our_row[-1]) == pytest.approx(float(their_row[-1]), rel=FEASIBLE, abs=FEASIBLE), our_row


def data_text(published: Path, model: str) -> str:
    """The data set, which has a CSV file for each item, as MathProg data."""
    with tarfile.open(next(published.glob("otoole*.tar.gz"))) as archive:
        packed = archive.extractfile("otoole-1.1.5/tests/fixtures/simplicity-v0.2.1.zip")
        assert packed is not None
        with zipfile.ZipFile(io.BytesIO(packed.read())) as simplicity:
            tables = {
                Path(name).stem: simplicity.read(name).decode() for name in simplicity.namelist() if ".csv" in name
            }
    defaults = {row["name"]: row["default_value"] for row in csv.DictReader(io.StringIO(tables.pop("default_values")))}
    for name, (head, default) in DECLARED_OTHERWISE.items():
        tables[name], defaults[name] = head, default
    if "set FLEXIBLEDEMANDTYPE" in model:
        tables["FLEXIBLEDEMANDTYPE"] = "VALUE"
    statements = []
    for name, table in tables.items():
        head, *rows = csv.reader(io.StringIO(table))
        words = "\n".join(" ".join(row) for row in rows)
        plain = head == ["VALUE"]
        statements.append(f"set {name} := {words};" if plain else f"param {name} default {defaults[name]} :=\n{words};")
    return "\n".join([*statements, "end;"])
