"""Frozen values: dataclasses whose methods are shared instead of generated for each class.

A command imports dozens of value classes; generating their methods took longer than the work of a small one.
``dataclasses.fields`` and ``dataclasses.replace`` work on them; so do keyword-only construction, equality and hashing.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NoReturn, TypeVar, dataclass_transform

__all__ = ["value"]

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[_T]) -> type[_T]:
    """Make a class with annotated fields a frozen, keyword-only dataclass."""
    dataclasses.dataclass(init=False, repr=False, eq=False, match_args=False)(cls)
    given = dataclasses.fields(cls)  # type: ignore[arg-type]
    names = frozenset(field.name for field in given)
    plain = {field.name: field.default for field in given if field.default is not dataclasses.MISSING}
    made = {f.name: f.default_factory for f in given if f.default_factory is not dataclasses.MISSING}
    required = names - plain.keys() - made.keys()

    def fill(self: Any, **values: Any) -> None:
        if not (required <= values.keys() <= names):
            _refuse(cls, required - values.keys(), values.keys() - names)
        own = self.__dict__
        own.update(plain)
        own.update(values)
        for name in made.keys() - values.keys():
            own[name] = made[name]()

    for name, method in {"__init__": fill, **_SHARED}.items():
        setattr(cls, name, method)
    return cls


def _refuse(cls: type, missing: set[str] | frozenset[str], unknown: set[str]) -> NoReturn:
    if missing:
        raise TypeError(f"{cls.__name__} needs {', '.join(sorted(missing))}")
    raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}")


def _repr(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__name__}({shown})"


def _key(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, field.name) for field in dataclasses.fields(self) if field.compare)


def _eq(self: Any, other: object) -> bool:
    return _key(self) == _key(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_key(self))


def _frozen(self: Any, name: str, *_: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot change field {name!r} of {type(self).__name__}")


_SHARED = {"__repr__": _repr, "__eq__": _eq, "__hash__": _hash, "__setattr__": _frozen, "__delattr__": _frozen}
