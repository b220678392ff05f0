"""A month of quarter-hours, battery and PV, energy prices only: the engine against energypylinear, both in process.

`python tests/bench/bench_btm_peer.py` makes an environment for energypylinear in .cache, since it needs older pandas.
It has one efficiency, on charging; so has the battery here. Both objectives are printed: they must be the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.engine import optimise

ENVIRONMENT = Path(__file__).parents[2] / ".cache" / "energypylinear"
RUNS = 3
ASKED = 10.0
PEER = """
import json, sys, time
import energypylinear as epl
given = json.load(sys.stdin)
best, cost = float("inf"), None
for _ in range(given["runs"]):
    begun = time.perf_counter()
    battery = epl.Battery(power_mw=0.06, capacity_mwh=0.2, efficiency_pct=0.9, initial_charge_mwh=0.0,
                          final_charge_mwh=0.0, freq_mins=15)
    pv = epl.RenewableGenerator(electric_generation_mwh=given["pv"], electric_generation_lower_bound_pct=0.0,
                                freq_mins=15)
    site = epl.Site(assets=[battery, pv], electricity_prices=given["price"],
                    export_electricity_prices=given["export"], electric_load_mwh=given["load"], freq_mins=15)
    found = site.optimize(verbose=4)
    best = min(best, time.perf_counter() - begun)
flows = found.results
cost = float((flows["site-import_power_mwh"] * given["price"]).sum()
             - (flows["site-export_power_mwh"] * given["export"]).sum())
print(json.dumps({"seconds": best, "objective": cost}))
"""


def month() -> pd.DataFrame:
    """June in quarter-hours: a load with an evening peak, PV, and prices by time of day [kW, GBP/kWh]."""
    index = pd.date_range("2025-06-01", periods=2880, freq="15min", tz="UTC", name="timestamp")
    hour = np.asarray(index.hour + index.minute / 60)
    noise = np.random.default_rng(7).uniform(0.9, 1.1, len(index))
    return pd.DataFrame(
        {
            "load_kw": (60 + 40 * np.exp(-(((hour - 18) / 3) ** 2))) * noise,
            "pv_kw": 120 * np.clip(np.sin(np.pi * (hour - 5) / 15), 0, None) ** 1.5,
            "import_price_gbp_per_kwh": (0.18 + 0.14 * np.exp(-(((hour - 18) / 2) ** 2))) * noise,
            "export_price_gbp_per_kwh": 0.05,
        },
        index=index,
    )


def ours(frame: pd.DataFrame) -> tuple[float, float]:
    """Seconds and cost [GBP] of the engine, bill, baseline and checks included."""
    battery = {
        "capacity_kwh": 200.0,
        "max_charge_kw": 60.0,
        "max_discharge_kw": 60.0,
        "charge_efficiency": 0.9,
        "discharge_efficiency": 1.0,
        "terminal_soc": {"mode": "fixed", "soc_kwh": 0.0},
    }
    site = SiteConfig.model_validate({"schema_version": 1, "site_id": "month", "battery": battery})
    run = RunConfig.model_validate({"schema_version": 1, "timestep_minutes": 15})
    best, cost = np.inf, 0.0
    for _ in range(RUNS):
        begun = time.perf_counter()
        _, metrics, _ = optimise(site, run, frame)
        best, cost = min(best, time.perf_counter() - begun), float(metrics["objective_gbp"])
    return best, cost


def peer(frame: pd.DataFrame) -> tuple[float, float]:
    """Seconds and cost [GBP] of energypylinear; it counts in MW and MWh."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "energypylinear==1.4.1"], check=True)
    given = {
        "runs": RUNS,
        "load": (frame["load_kw"] / 4000).tolist(),
        "pv": (frame["pv_kw"] / 4000).tolist(),
        "price": (frame["import_price_gbp_per_kwh"] * 1000).tolist(),
        "export": (frame["export_price_gbp_per_kwh"] * 1000).tolist(),
    }
    done = subprocess.run(
        [str(python), "-c", PEER], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return float(told["seconds"]), float(told["objective"])


def main() -> None:
    frame = month()
    mine, cost = ours(frame)
    other, peer_cost = peer(frame)
    print(f"engine {mine:.2f} s, {cost:.4f} GBP; energypylinear {other:.2f} s, {peer_cost:.4f} GBP (best of {RUNS})")
    print(f"ratio {other / mine:.1f} (asked: at least {ASKED:g})")


if __name__ == "__main__":
    main()
