"""The published files of the distribution `energyscope` on PyPI: fetched once, checked, kept in a cache."""

from energyscope.upstream.cache import COMMAND, model_files, upstream_folder
from energyscope.upstream.fetching import Fetched, FetchError, fetch
from energyscope.upstream.listing import LISTING

__all__ = ["COMMAND", "LISTING", "FetchError", "Fetched", "fetch", "model_files", "upstream_folder"]
