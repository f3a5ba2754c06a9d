# SPDX-License-Identifier: GPL-2.0-only
"""The API that a migration is about: its functions, and what else a manifest may say of it."""

from collections.abc import Mapping
from dataclasses import dataclass

ROLES = ("call", "new", "store", "signal", "check")
_COUNTED = ("store", "signal", "check")  # roles whose functions stay, with another number of arguments


@dataclass(frozen=True)
class Function:
    """A function of the API, with the number of its arguments before and after the conversion.

    `role` is "call" (every call of it is rewritten; without `converted` the function itself goes), "new" (what takes
    the place of another: nothing to convert), "store" (keeps an error for the signal), "signal" or "check"
    (signals, and tells whether it was first). `only_statement`: where its result is used, no rule converts it.
    """

    role: str
    arguments: int | None = None
    converted: int | None = None
    only_statement: bool = False

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"unknown role {self.role!r}")
        if (self.arguments is None) is not (self.converted is None) or (
            self.role in _COUNTED and self.converted is None
        ):
            raise ValueError(f"role {self.role!r} without the number of arguments, or of converted ones")


@dataclass(frozen=True)
class Symbols:
    """The API that a migration is about. `core`: the files that define it.

    The rest is "" or empty where a migration has no such thing. `struct`, `member`: the store that the API
    replaces when it is written by hand; `flag`: the bit that says the same as a signal. `callbacks`: the members of
    `callbacks_of` in which the core itself looks after the error. `readers`: functions that look at the state.
    """

    functions: Mapping[str, Function]
    core: tuple[str, ...]
    struct: str = ""
    member: str = ""
    flag: str = ""
    callbacks_of: str = ""
    callbacks: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("functions", "core"):
            if not getattr(self, name):
                raise ValueError(f"{name} is empty")
        for name, needed in (("member", "struct"), ("flag", "struct"), ("callbacks", "callbacks_of")):
            if getattr(self, name) and not getattr(self, needed):
                raise ValueError(f"symbols.{name} without {needed}")

    @property
    def store_site(self) -> str:
        """The callee under which a store by hand stands in the ledger."""
        return f"->{self.member}"

    @property
    def bit_site(self) -> str:
        """The callee under which a flag set by hand stands in the ledger."""
        return self.flag.removeprefix(f"{self.struct.upper()}_FLAG_")

    @property
    def stores(self) -> bool:
        """Whether something can be stored before a signal: then a site depends on others, be they in other files."""
        return bool(self.member) or any(function.role == "store" for function in self.functions.values())

    @property
    def words(self) -> list[str]:
        """Fixed strings of which one is in every file that can hold a site."""
        by_hand = [self.struct] if self.member or self.flag else []
        return [*by_hand, *(name for name in self.functions if not any(word in name for word in by_hand))]

    def in_sight(self, text: bytes) -> bool:
        """Whether a file can hold a site: cheaper than to parse it."""
        by_hand = [f"->{self.member}", f".{self.member}"] if self.member else []
        return any(word.encode() in text for word in (*self.functions, *by_hand, *filter(None, [self.flag])))

    def role(self, callee: str) -> str:
        """The role of a function, "" for any other callee."""
        function = self.functions.get(callee)
        return "" if function is None else function.role

    def is_converted(self, callee: str, arguments: int) -> bool:
        """Whether a call of a function with so many arguments is in the new form; stores never are."""
        function = self.functions.get(callee)
        if function is None or function.role == "store":
            return False
        return function.role == "new" or arguments == function.converted
