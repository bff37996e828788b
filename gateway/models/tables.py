"""What every table is."""

from typing import Any

from tortoise.models import Model, ModelMeta


class _TableMeta(ModelMeta):
    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> type:
        # Tortoise would parse the source of each table for comments: a tenth of every start.
        return super().__new__(mcs, name, bases, {**attrs, "_no_comments": True})


class Table(Model, metaclass=_TableMeta):
    """A table of the house."""

    class Meta:
        abstract = True
