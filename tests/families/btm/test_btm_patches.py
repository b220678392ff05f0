"""Patches of configurations."""

from __future__ import annotations

from energyscope.families.btm.runners.patches import patched


def test_mappings_merge_and_all_else_is_replaced() -> None:
    base = {"a": {"b": 1, "c": {"d": 2}}, "list": [{"x": 1}, 2], "kept": 3}
    patch = {"a": {"c": {"e": 4}, "b": None}, "list": [5], "new": {"f": 6}}
    before = repr(base)
    assert patched(base, patch) == {"a": {"b": None, "c": {"d": 2, "e": 4}}, "list": [5], "kept": 3, "new": {"f": 6}}
    assert repr(base) == before


def test_a_mapping_takes_the_place_of_what_is_none_and_the_other_way_round() -> None:
    assert patched({"a": None, "b": [1]}, {"a": {"c": {"d": 1}}, "b": {"e": 2}}) == {
        "a": {"c": {"d": 1}},
        "b": {"e": 2},
    }
    assert patched({"a": {"c": 1}}, {"a": 2}) == {"a": 2}
