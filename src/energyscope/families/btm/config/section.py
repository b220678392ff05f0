"""What all configurations have in common: mappings of known fields, some of them whole files."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator

from energyscope.families.btm.config.places import Document

_File = TypeVar("_File", bound="ConfigFile")


class Section(BaseModel):
    """A mapping of a configuration file; unknown fields are errors, `null` is the default."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _null_is_the_default(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {key: value for key, value in given.items() if value is not None or key not in cls.model_fields}


class ConfigFile(Section):
    """A whole file; one that was read knows where its fields stand, which is no part of what it says."""

    _document: Document | None = PrivateAttr(default=None)

    @property
    def document(self) -> Document | None:
        """The text that the configuration was read from, None for one made in Python."""
        return self._document

    def read_from(self: _File, document: Document) -> _File:
        """The same configuration, which now knows where it stands."""
        known = self.model_copy()
        known._document = document
        return known

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = Section.__hash__
