"""The word lists of ``words.toml``, loaded once. Judgement is data: what a word is worth stands there with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("heardback.matching").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """One list, for asking whether a word stands in it."""
    return frozenset(_tables()[name])


@cache
def pairs(name: str) -> Mapping[str, str]:
    """One table of short form -> long form, or code -> country."""
    return {str(key): str(value) for key, value in _tables()[name].items()}
