# SPDX-License-Identifier: GPL-2.0-only
"""The C program around a fixture: it builds what a function's parameters reach, calls it, and tells what came of it.

Every free value is a choice with a number; a case is a function with one value for each of its choices.
"""

from dataclasses import dataclass

from .declarations import Fixture, Function, Type, Variable
from .facts import Facts, last_name

_DEPTH = 2  # how often a struct may reach another of its own type
_ELEMENTS = 3  # behind a pointer that is used as an array
_LISTED = 2
_STATES = 4  # of a fence: enum model_fence_state, whose last one matters to those that ask ops->signaled
_STUB_RESULTS = 2
_INTEGERS = ("-5", "0", "3")
_KERNEL_INTEGERS = ("u8", "u16", "u32", "u64", "s64", "ssize_t", "size_t", "int", "long", "unsigned", "char", "short")
_PROLOGUE = """\
#include "model.h"
#include <stdio.h>
#include <stdlib.h>
#include "fixture.c"
"""


@dataclass(frozen=True)
class Harness:
    """A program's text, and for each function of the fixture how many values each of its choices has."""

    source: str
    choices: dict[str, tuple[int, ...]]


def make_harness(fixture: Fixture) -> Harness:
    """The program for a fixture; it fits the text before and after, which declare the same."""
    source = [_PROLOGUE, *(_stub(external) for external in fixture.externals)]
    choices = {}
    for function in fixture.functions:
        case = _Case(fixture, function)
        source.append(case.source())
        choices[function.name] = tuple(case.choices)
    calls = "".join(f"\t\tcase {i}: case_{f.name}(c); break;\n" for i, f in enumerate(fixture.functions))
    source.append(_MAIN.replace("CALLS", calls))
    return Harness("\n".join(source), choices)


_MAIN = """\
/* Usage: PROGRAM NULL_WARNS < CASES, a line for each: excuses, function, number of choices, choices. */
int main(int argc, char **argv)
{
	int excuses, function, count, c[512];

	if (argc != 2)
		return 2;
	while (scanf("%d %d %d", &excuses, &function, &count) == 3) {
		for (int i = 0; i < count; i++)
			if (scanf("%d", &c[i]) != 1)
				return 2;
		printf("case\\n");
		model_begin(excuses, atoi(argv[1]));
		switch (function) {
CALLS		}
	}
	return 0;
}
"""


def _declarator(variable: Variable, index: int = 0) -> str:
    return f"{variable.type.base} {'*' * variable.type.pointers}{variable.name or f'unnamed{index}'}"


def _logged(type_: Type, value: str) -> tuple[str, str]:
    """The format and the argument that show a scalar or a pointer."""
    if type_.pointers:
        return "%s", f"model_name_of({value})"
    return "%lld", f"(long long)({value})"


def _stub(external: Variable, prefix: str = "") -> str:
    """A function that the fixture only declares: it records its arguments and returns what the case chose."""
    parameters = external.type.parameters or ()
    result = Type(external.type.base, external.type.pointers)
    declared = ", ".join(_declarator(p, i) for i, p in enumerate(parameters)) or "void"
    returned = f"{result.base} {'*' * result.pointers}"
    lines = []
    if result != Type("void"):
        lines += [f"static {returned}result_{external.name}[{_STUB_RESULTS}];", f"static int calls_{external.name};"]
    lines += [f"{'static ' if prefix else ''}{returned}{prefix}{external.name}({declared})", "{"]
    for i, parameter in enumerate(parameters):
        form, value = _logged(parameter.type, parameter.name or f"unnamed{i}")
        lines.append(f'\tmodel_log("{external.name}: argument {i} is {form}", {value});')
    lines.append(f'\tmodel_log("{external.name} is called");')
    if result != Type("void"):
        lines.append(f"\treturn result_{external.name}[calls_{external.name}++ % {_STUB_RESULTS}];")
    return "\n".join([*lines, "}", ""])


class _Case:
    """The C function that builds the parameters of one function and calls it."""

    def __init__(self, fixture: Fixture, function: Function) -> None:
        self.fixture, self.function = fixture, function
        self.facts = Facts(function)
        self.choices: list[int] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.objects = 0
        self.first_fence: str | None = None
        self.stubs: dict[str, str] = {}  # what function pointers point to, by name

    def source(self) -> str:
        names = []
        for parameter in self.function.parameters:
            names.append(f"p_{parameter.name}")
            self.before.append(f"{_declarator(Variable(names[-1], parameter.type))} = 0;")
            self._value(names[-1], parameter.type, parameter.name, ())
        for external in self.fixture.externals:
            if external.name in self.facts.calls:
                self._results(external)
        call = f"{self.function.name}({', '.join(names)})"
        if self.function.returns != Type("void"):
            form, value = _logged(self.function.returns, call)
            call = f'model_log("return {form}", {value})'
        lines = [*self.before, "if (!setjmp(model_exit))", f"\t{call};", *self.after, "model_end();"]
        body = "\n".join(f"\t{line}" for line in lines)
        return "\n".join(
            [*self.stubs.values(), f"static void case_{self.function.name}(const int *c)\n{{\n\t(void)c;\n{body}\n}}\n"]
        )

    def _results(self, external: Variable) -> None:
        result = Type(external.type.base, external.type.pointers)
        if result == Type("void"):
            return
        self.before.append(f"calls_{external.name} = 0;")
        for i in range(_STUB_RESULTS):
            self._value(f"result_{external.name}[{i}]", result, f"{external.name}({i})", ())

    def _choose(self, values: int) -> str:
        self.choices.append(values)
        return f"c[{len(self.choices) - 1}]"

    def _value(self, place: str, type_: Type, name: str, around: tuple[str, ...]) -> None:
        """Give a place of a type its value, and show it after the call; around: the structs that it is in."""
        if type_.parameters is not None:
            self._function_pointer(place, type_, name)
        elif type_.array is not None:
            for i in range(type_.array):
                self._value(f"{place}[{i}]", Type(type_.base, type_.pointers), f"{name}[{i}]", around)
        elif type_.pointers:
            self._pointer(place, type_, name, around)
        elif type_.base == "struct dma_fence":
            self._fence(f"&{place}", name)
        elif type_.base == "struct list_head":
            self._list(place, name, around)
        elif type_.base == "spinlock_t":
            self.after.append(f'model_log("end {name}: lock %d", {place}.depth);')
        elif type_.base in self.fixture.structs:
            for member in self.fixture.structs[type_.base]:
                self._value(f"{place}.{member.name}", member.type, f"{name}.{member.name}", (*around, type_.base))
        elif (values := self._domain(type_.base, name)) is not None:
            chosen = self._choose(len(values))
            self.before.append(f"{place} = ((const long long[]){{ {', '.join(values)} }})[{chosen}];")
            self.after.append(f'model_log("end {name}: %lld", (long long){place});')
        elif type_.base not in ("struct work_struct", "struct delayed_work"):
            raise ValueError(f"no values for {type_.base} {name}")

    def _domain(self, base: str, name: str) -> list[str] | None:
        if base == "bool":
            return ["0", "1"]
        if base == "ktime_t":
            return ["0", "77"]
        if base in self.fixture.enums:
            return [str(i) for i in range(self.fixture.enums[base])]
        if not set(base.split()) & set(_KERNEL_INTEGERS):
            return None
        if last_name(name) in self.facts.bounds:
            return ["0", "1", str(_ELEMENTS)]
        return [*_INTEGERS, *(str(n) for n in sorted(self.facts.numbers) if str(n) not in _INTEGERS)]

    def _fence(self, pointer: str, name: str) -> None:
        polls = any("is_signaled" in call for call in self.facts.calls)
        self.before.append(f'model_fence({pointer}, "{name}", {self._choose(_STATES + polls)});')

    def _fences(self, name: str) -> str:
        several = last_name(name) in self.facts.arrays
        count = _ELEMENTS if several else 1
        pointer = self._object("struct dma_fence", f"{count} * sizeof(struct dma_fence)", name)
        for i in range(count):
            self._fence(f"&{pointer}[{i}]", f"{name}[{i}]" if several else name)
        return pointer

    def _object(self, type_: str, size: str, name: str) -> str:
        self.objects += 1
        pointer = f"o{self.objects}"
        self.before.append(f'{type_} *{pointer} = model_object({size}, "{name}");')
        return pointer

    def _pointer(self, place: str, type_: Type, name: str, around: tuple[str, ...]) -> None:
        base = type_.base
        if around.count(base) >= _DEPTH:
            self.after.append(f'model_log("end {name}: %s", model_name_of({place}));')
            return
        others = []
        if base == "struct dma_fence":
            pointer = self._fences(name)
        elif base == "struct work_struct" and self.facts.works is not None:
            outer, member = self.facts.works
            pointer = self._object(outer, f"sizeof({outer})", f"{name} of")
            self._members(pointer, outer, f"{name} of", around)
            pointer = f"&{pointer}->{member}"
        elif base in self.fixture.structs:
            pointer = self._elements(base, name, around)
            if base in around:
                others.append("NULL")
        elif (self._domain(base, name)) is not None:
            pointer = self._object(base, f"sizeof({base})", name)
            self._value(f"*{pointer}", Type(base), f"*{name}", around)
        else:
            pointer = self._object("void", "16", name)
        key = last_name(name).partition("(")[0]
        if key in self.facts.tested and "NULL" not in others:
            others.append("NULL")
        if key in self.facts.errors:
            others += ["NULL", "ERR_PTR(-5)"]
        if base == "struct dma_fence":
            if self.first_fence is not None:
                others.append(self.first_fence)
            self.first_fence = self.first_fence or pointer
        values = ", ".join(f"(void *){value}" for value in [pointer, *others])
        chosen = self._choose(1 + len(others)) if others else "0"
        self.before.append(f"{place} = ((void *[]){{ {values} }})[{chosen}];")
        self.after.append(f'model_log("end {name}: %s", model_name_of({place}));')

    def _elements(self, base: str, name: str, around: tuple[str, ...]) -> str:
        count = _ELEMENTS if last_name(name) in self.facts.arrays else 1
        pointer = self._object(base, f"{count} * sizeof({base})", name)
        if count == 1:
            self._members(pointer, base, name, around)
        for i in range(count if count > 1 else 0):
            self._value(f"{pointer}[{i}]", Type(base), f"{name}[{i}]", around)
        return pointer

    def _members(self, pointer: str, base: str, name: str, around: tuple[str, ...]) -> None:
        for member in self.fixture.structs[base]:
            self._value(f"{pointer}->{member.name}", member.type, f"{name}->{member.name}", (*around, base))

    def _list(self, place: str, name: str, around: tuple[str, ...]) -> None:
        self.before.append(f"INIT_LIST_HEAD(&{place});")
        if last_name(name) not in self.facts.lists:
            return
        element, member = self.facts.lists[last_name(name)]
        length = self._choose(_LISTED + 1)
        for i in range(_LISTED):
            pointer = self._object(element, f"sizeof({element})", f"{name}({i})")
            self._members(pointer, element, f"{name}({i})", around)
            self.before += [f"if ({i} < {length})", f"\tlist_add_tail(&{pointer}->{member}, &{place});"]
        self.after.append(f'model_log("end {name}: empty %d", list_empty(&{place}));')

    def _function_pointer(self, place: str, type_: Type, name: str) -> None:
        stub = Variable(f"{self.function.name}_{last_name(name)}", type_)
        if stub.name not in self.stubs:
            self.stubs[stub.name] = _stub(stub, "stub_")
            self._results(stub)
        self.before.append(f"{place} = stub_{stub.name};")
