"""The behind-the-meter engine for Python: what `gridq` does, as functions.

```python
from energyscope import btm

bundle = btm.load_bundle("my_site")
dispatch, metrics, stats = btm.optimise(bundle.site, bundle.run, bundle.frame)
btm.bill(bundle.site, bundle.run, dispatch).amounts["total_gbp"]
```

`optimise` and all below it are pure: they read no clock, file, network or environment. Reading and writing bundles is
done by `load_bundle` and `write_outputs`.
"""

from energyscope.families.btm.accounts.baseline import baseline, no_assets
from energyscope.families.btm.accounts.bill import Bill, bill
from energyscope.families.btm.accounts.metrics import metrics
from energyscope.families.btm.accounts.wear import wear
from energyscope.families.btm.bundles.bundle import Bundle, load_bundle
from energyscope.families.btm.bundles.outputs import write_outputs
from energyscope.families.btm.bundles.validate import validate
from energyscope.families.btm.bundles.verify import verify
from energyscope.families.btm.config.schemas import RunConfig, SiteConfig
from energyscope.families.btm.dispatch import Dispatch
from energyscope.families.btm.engine import optimise
from energyscope.families.btm.program.formulation import build
from energyscope.families.btm.program.inputs_of import inputs_of
from energyscope.families.btm.program.twin import to_dat
from energyscope.families.btm.refusals import BtmError
from energyscope.families.btm.runners.runners import RunOutcome, backtest, live, run_bundle, underwrite

__all__ = [
    "Bill",
    "BtmError",
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
    "to_dat",
    "underwrite",
    "validate",
    "verify",
    "wear",
    "write_outputs",
]
