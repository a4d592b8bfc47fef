"""The permission matrix as data: roles and permissions read from YAML and checked. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

SCOPES = ("any", "area", "unit", "own")
HERE = Path(__file__).parent


class MatrixError(ValueError):
    """The YAML contradicts itself; the message names the place and the remedy."""


@dataclass(frozen=True)
class Role:
    """A role: its names, what it is for, whether every account plays it, and who may give it."""

    key: str
    zh: str
    en: str
    purpose_zh: str
    purpose_en: str
    every_account: bool
    granted_by: frozenset[str]


@dataclass(frozen=True)
class Permission:
    """A permission: its names, whether anyone has it, and otherwise the scope of each role that has it."""

    key: str
    zh: str
    en: str
    public: bool
    scopes: Mapping[str, str]


@dataclass(frozen=True)
class Matrix:
    """All roles and all permissions, in the order of the files."""

    roles: Mapping[str, Role]
    permissions: Mapping[str, Permission]

    def permission(self, key: str) -> Permission:
        """The permission, or MatrixError that names the known ones."""
        if key not in self.permissions:
            raise MatrixError(f"there is no permission {key!r}; known: {', '.join(self.permissions)}")
        return self.permissions[key]


def read(roles: Mapping[str, Any], permissions: Mapping[str, Any]) -> Matrix:
    """Check and build the matrix from the parsed YAML of both files.

    Raises MatrixError for an unknown role or scope, a missing name, or a permission that nobody has.
    """
    made_roles = {key: _role(key, value, known=frozenset(roles)) for key, value in roles.items()}
    made = {key: _permission(key, value, known=frozenset(roles)) for key, value in permissions.items()}
    return Matrix(MappingProxyType(made_roles), MappingProxyType(made))


def load() -> Matrix:
    """The matrix of roles.yaml and permissions.yaml beside this module."""
    roles, permissions = (
        yaml.safe_load((HERE / name).read_text(encoding="utf-8")) for name in ("roles.yaml", "permissions.yaml")
    )
    return read(roles, permissions)


def _role(key: str, value: Mapping[str, Any], *, known: frozenset[str]) -> Role:
    granted_by = frozenset(value.get("granted_by", ()))
    _only_known(f"{key}.granted_by", granted_by, known)
    return Role(
        key=key,
        **{name: _text(key, value, name) for name in ("zh", "en", "purpose_zh", "purpose_en")},
        every_account=bool(value.get("every_account", False)),
        granted_by=granted_by,
    )


def _permission(key: str, value: Mapping[str, Any], *, known: frozenset[str]) -> Permission:
    public, scopes = bool(value.get("public", False)), dict(value.get("roles", {}))
    if public == bool(scopes):
        raise MatrixError(f"{key}: say either public: true or the roles that have it")
    _only_known(key, frozenset(scopes), known)
    for role, scope in scopes.items():
        if scope not in SCOPES:
            raise MatrixError(f"{key}.{role}: the scope {scope!r} is not one of {', '.join(SCOPES)}")
    zh, en = _text(key, value, "zh"), _text(key, value, "en")
    return Permission(key=key, zh=zh, en=en, public=public, scopes=MappingProxyType(scopes))


def _text(key: str, value: Mapping[str, Any], name: str) -> str:
    if not value.get(name):
        raise MatrixError(f"{key}: the entry {name!r} is missing")
    return str(value[name])


def _only_known(place: str, used: frozenset[str], known: frozenset[str]) -> None:
    if unknown := sorted(used - known):
        raise MatrixError(f"{place}: unknown role {', '.join(unknown)}; known: {', '.join(sorted(known))}")


MATRIX = load()
