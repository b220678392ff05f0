"""The behind-the-meter engine for Python: what `gridq` does, as functions.

```python
from energyscope import btm

bundle = btm.load_bundle("my_site")
dispatch, metrics, stats = btm.optimise(bundle.site, bundle.run, bundle.frame)
btm.bill(bundle.site, bundle.run, dispatch).amounts["total_gbp"]
```

Arguments are checked: sites, runs and frames made in Python get the checks of a bundle on disk, and the frame is cut to
the horizon of the run. A bundle is a `Bundle` or its path. `optimise` is pure: it reads no clock, file, network or
environment. Reading and writing bundles is done by `load_bundle` and `write_outputs`.
"""

from energyscope.families.btm.accounts.bill import Bill
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.accounts.wear import wear
from energyscope.families.btm.bundles.bundle import Bundle, load_bundle
from energyscope.families.btm.bundles.outputs import write_outputs
from energyscope.families.btm.bundles.validate import validate
from energyscope.families.btm.bundles.verify import verify
from energyscope.families.btm.checked import (
    backtest,
    baseline,
    bill,
    build,
    inputs_of,
    live,
    no_assets,
    optimise,
    run_bundle,
    to_dat,
    underwrite,
)
from energyscope.families.btm.config.reading import run_of, site_of
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.refusals import BtmError, BtmWarning
from energyscope.families.btm.runners.runners import RunOutcome

__all__ = [
    "Bill",
    "BtmError",
    "BtmWarning",
    "Bundle",
    "Dispatch",
    "RunConfig",
    "RunOutcome",
    "SiteConfig",
    "backtest",
    "baseline",
    "bill",
    "build",
    "inputs_of",
    "live",
    "load_bundle",
    "metrics",
    "no_assets",
    "optimise",
    "run_bundle",
    "run_of",
    "site_of",
    "to_dat",
    "underwrite",
    "validate",
    "verify",
    "wear",
    "write_outputs",
]
