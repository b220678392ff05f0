"""What glpsol shows and writes for a text; tests that ask it are skipped where it is not installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

BEGIN, END = "-- begin --\n", "\n-- end --\n"


def processed(path: Path, *data: Path) -> str:
    """Run glpsol on a text in the folder of the text; gives all that it says."""
    if shutil.which("glpsol") is None:
        pytest.skip("glpsol is not installed")
    command = ["glpsol", "-m", path.name, *(word for each in data for word in ("-d", each.name))]
    run = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    assert "Model has been successfully processed" in run.stdout, run.stdout[-2000:]
    return run.stdout


def shown_by_glpsol(model: str, printing: str, folder: Path) -> str:
    """What glpsol shows of the printing code behind `solve`."""
    path = folder / "asked.mod"
    lines = model.rstrip("\n")
    marked = f'{lines} printf "{BEGIN[:-1]}\\n"; {printing}\nprintf "\\n{END[1:-1]}\\n";\nend;\n'
    path.write_text(marked, encoding="utf-8")
    said = processed(path)
    return said[said.index(BEGIN) + len(BEGIN) : said.index(END)]
