"""Built-in functions that turn many values into one: of a list, or of the values themselves."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from feel.numbers import ADD, CONTEXT, DIVIDE, MULTIPLY, ONE, SUBTRACT, ZERO, ArithmeticFault
from feel.registry import Fault, built_in
from feel.run import Run
from feel.temporal import Duration, Months
from feel.values import compare

Body = Callable[[Run, list[Any]], Any]


def over_list(name: str, result: str) -> Callable[[Body], Body]:
    """Register a built-in that takes either one list or several values."""

    def register(body: Body) -> Body:
        def of_list(run: Run, items: list[Any]) -> Any:
            run.spend(len(items))
            try:
                return body(run, items)
            except ArithmeticFault:
                raise Fault("arithmetic.overflow") from None

        def of_values(run: Run, *items: Any) -> Any:
            if len(items) < 2:
                raise Fault("argument.count", found=len(items), expected=1)
            return of_list(run, list(items))

        of_list.__doc__ = of_values.__doc__ = body.__doc__
        of_list.__module__ = of_values.__module__ = body.__module__
        built_in(name, "list: list", result=result)(of_list)
        built_in(name, "values: Any*", result=result)(of_values)
        return body

    return register


def numbers_of(items: list[Any]) -> list[Decimal]:
    """The items, which must all be numbers; raises Fault."""
    for item in items:
        if type(item) is not Decimal:
            raise Fault("list.items", expected="number", found=item)
    return items


@over_list("count", "number")
def count(run: Run, items: list[Any]) -> Decimal:
    """How many items a list has."""
    return Decimal(len(items))


def _extreme(items: list[Any], sign: int) -> Any:
    if not items:
        return None
    best = items[0]
    if compare(best, best) is None:
        raise Fault("list.items", expected="comparable", found=best)
    for item in items[1:]:
        order = compare(item, best)
        if order is None:
            raise Fault("list.items", expected="comparable", found=item)
        if order == sign:
            best = item
    return best


@over_list("min", "Any")
def smallest(run: Run, items: list[Any]) -> Any:
    """The smallest item; null of an empty list."""
    return _extreme(items, -1)


@over_list("max", "Any")
def largest(run: Run, items: list[Any]) -> Any:
    """The largest item; null of an empty list."""
    return _extreme(items, 1)


@over_list("sum", "Any")
def total(run: Run, items: list[Any]) -> Any:
    """The sum of numbers, or of durations of one kind; null of an empty list."""
    if not items:
        return None
    if all(type(item) is Duration for item in items):
        return Duration(sum(item.nanos for item in items))
    if all(type(item) is Months for item in items):
        return Months(sum(item.count for item in items))
    return _sum(numbers_of(items))


def _sum(numbers: list[Decimal]) -> Decimal:
    result = ZERO
    for number in numbers:
        result = ADD(result, number)
    return result


@over_list("product", "number")
def product(run: Run, items: list[Any]) -> Decimal | None:
    """The product of numbers; null of an empty list."""
    if not items:
        return None
    result = ONE
    for number in numbers_of(items):
        result = MULTIPLY(result, number)
    return result


@over_list("mean", "number")
def mean(run: Run, items: list[Any]) -> Any:
    """The average; null of an empty list."""
    if not items:
        return None
    if all(type(item) is Duration for item in items):
        return Duration(sum(item.nanos for item in items) // len(items))
    return DIVIDE(_sum(numbers_of(items)), Decimal(len(items)))


@over_list("median", "number")
def median(run: Run, items: list[Any]) -> Decimal | None:
    """The middle number, or the average of the two in the middle; null of an empty list."""
    if not items:
        return None
    ordered = sorted(numbers_of(items))
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else DIVIDE(ADD(ordered[half - 1], ordered[half]), Decimal(2))


@over_list("stddev", "number")
def stddev(run: Run, items: list[Any]) -> Decimal:
    """The standard deviation of a sample of at least two numbers."""
    numbers = numbers_of(items)
    if len(numbers) < 2:
        raise Fault("list.length", found=len(numbers), expected=2)
    average = DIVIDE(_sum(numbers), Decimal(len(numbers)))
    squares = [MULTIPLY(difference, difference) for difference in (SUBTRACT(n, average) for n in numbers)]
    return CONTEXT.sqrt(DIVIDE(_sum(squares), Decimal(len(numbers) - 1)))


@over_list("mode", "list")
def mode(run: Run, items: list[Any]) -> list[Decimal]:
    """The most frequent numbers in ascending order; empty of an empty list."""
    counts: dict[Decimal, int] = {}
    for number in numbers_of(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)
