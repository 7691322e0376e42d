"""What users say to a verb, checked in one way: the fields of option records, and arguments by name.

The annotation says what is allowed. Pydantic checks it, without turning texts into numbers or numbers into texts.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, partial, wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, ParamSpec, TypeVar, dataclass_transform, get_type_hints, overload

import pydantic.dataclasses
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from isoglot.errors import ConfigError
from isoglot.limits import COUNTS, DRAWS, NUMBERS, SEEDS, SHARES, Range
from isoglot.wording import shown

_STRICT = ConfigDict(strict=True, extra="forbid", arbitrary_types_allowed=True, allow_inf_nan=False)
EXPECTED = "Input should be "
"""How a sentence about a value begins: pydantic's own, and what validators of ours add to them."""

_SAID = "said"
_MORE = re.compile(", (unable|got) .*")
_PLAIN = {
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid string": "a text",
    "a valid boolean": "true or false",
    "a valid list": "a list",
    "a valid dictionary or instance of": "a table or an instance of",
    "an instance of Sequence": "a list",
    "greater than or equal to": "at least",
    "less than or equal to": "at most",
    "greater than": "above",
    "less than": "below",
}
"""What pydantic says, and as we do."""


_T = TypeVar("_T")
_Record = TypeVar("_Record")
_Given = ParamSpec("_Given")


def within(allowed: Range) -> Any:
    """The bounds as a part of an annotation."""
    return Field(ge=allowed.least, le=allowed.most)


def _integer(value: object) -> object:
    """NumPy's integers are integers, too; True is none."""
    return operator.index(value) if hasattr(value, "__index__") and not isinstance(value, bool) else value


def _several(value: object) -> object:
    """One is a list of one, and what can be gone through, such as an array, is a list."""
    if value is None or isinstance(value, bytes | Mapping):
        return value
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)


def accepted_by(check: Callable[[Any], object]) -> AfterValidator:
    """What a check of ours makes of a value, as a part of an annotation; the sentence of its ConfigError is kept."""

    def made(value: object) -> object:
        try:
            return check(value)
        except ConfigError as error:
            raise PydanticCustomError(_SAID, "{reason}", {"reason": str(error).rstrip(".")}) from error

    return AfterValidator(made)


Integer = Annotated[int, BeforeValidator(_integer)]
Seed = Annotated[Integer, within(SEEDS)]
Resamples = Annotated[Integer, within(DRAWS)]
Count = Annotated[Integer, within(COUNTS)]
Number = Annotated[Integer, within(NUMBERS)]
Share = Annotated[float, within(SHARES)]
NotNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Several = Annotated[Sequence[_T], BeforeValidator(_several)]
"""One or several; a record keeps them as a tuple."""


@overload
@dataclass_transform(frozen_default=True, kw_only_default=True)
def option_record(record: type[_Record]) -> type[_Record]: ...
@overload
def option_record(*, kw_only: bool) -> Callable[[type[_Record]], type[_Record]]: ...
def option_record(record: type[Any] | None = None, *, kw_only: bool = True) -> Any:
    """A frozen dataclass, by name alone where nothing else is said, whose fields are checked by their annotations.

    What several fields must be together is for ``__post_init__``, which finds each of them checked.

    Its constructor raises:
        ConfigError: there is no such option, or a value is none of those that it may have.
    """
    return partial(_checked_record, kw_only=kw_only) if record is None else _checked_record(record, kw_only=kw_only)


def _checked_record(record: type[Any], *, kw_only: bool) -> type[Any]:
    checked: Any = pydantic.dataclasses.dataclass(frozen=True, kw_only=kw_only, config=_STRICT)(record)
    construct = checked.__init__

    @wraps(construct)
    def init(self: Any, *values: Any, **options: Any) -> None:
        try:
            construct(self, *values, **options)
        except ValidationError as error:
            raise ConfigError(_refusal(record, dict(enumerate(values)) | options, error)) from None

    checked.__init__ = init
    checked.__signature__ = _plain(signature(checked), get_type_hints(record))
    return record


def _plain(given: Signature, hints: Mapping[str, Any]) -> Signature:
    """The signature without what annotations say to pydantic, as a notebook shows it."""
    return given.replace(parameters=[each.replace(annotation=hints[name]) for name, each in given.parameters.items()])


def checked(verb: Callable[_Given, _T]) -> Callable[_Given, _T]:
    """The verb, whose keyword-only arguments are checked by their annotations.

    It raises, besides:
        ConfigError: a value is none of those that the argument may have.
    """

    @wraps(verb)
    def call(*subjects: _Given.args, **given: _Given.kwargs) -> _T:
        kinds = _kinds(verb)
        for name in given.keys() & kinds.keys():
            given[name] = value_of(name, given[name], kinds[name])
        return verb(*subjects, **given)

    return call


def kind_of(annotation: Any) -> TypeAdapter[Any]:
    """What a value may be, by an annotation."""
    return TypeAdapter(annotation, config=_STRICT)


def value_of(name: str, value: object, kind: TypeAdapter[_T]) -> _T:
    """The value of an argument.

    Raises:
        ConfigError: it is not of this kind.
    """
    try:
        return kind.validate_python(value)
    except ValidationError as error:
        place, why = first_fault(error, value)
        raise ConfigError(f"{_joined([name, *place], why)}.") from None


def first_fault(
    error: ValidationError, content: object, *, show: Callable[[object], str] = shown
) -> tuple[list[str], str]:
    """Where in the content the first fault is, and, as a predicate, what should be there and what is.

    Args:
        content: that was checked.
        show: how a message writes a value.
    """
    faults = error.errors(include_url=False)
    place = list(_written(content, faults[0]["loc"]))
    here = [fault for fault in faults if list(_written(content, fault["loc"])) == place]
    return place, _predicate(here, show)


@cache
def _kinds(verb: Callable[..., Any]) -> dict[str, TypeAdapter[Any]]:
    """Keyword-only argument -> what it may be."""
    hints = get_type_hints(verb, include_extras=True)
    named = [each.name for each in signature(verb).parameters.values() if each.kind is Parameter.KEYWORD_ONLY]
    return {name: kind_of(hints[name]) for name in named}


def _refusal(record: type, given: Mapping[Any, object], error: ValidationError) -> str:
    name, first = record.__name__, error.errors()[0]
    if any(fault["type"] == "unexpected_positional_argument" for fault in error.errors()):
        return f"{name} takes options by name: write {name}({_options(record)[0]}=...)."
    if first["type"] == "unexpected_keyword_argument":
        return f"{name} has no option {first['loc'][0]!r}: choose from {', '.join(_options(record))}."
    place, why = first_fault(error, given)
    if isinstance(first["loc"][0], int):  # given by its place
        place[0] = _options(record)[first["loc"][0]]
    return f"{_joined(place, why)}."


def _joined(place: Sequence[str], why: str) -> str:
    """A predicate follows its name; what is a sentence of its own, a colon."""
    return f"{'.'.join(place)}{' ' if why.startswith(('must ', 'is ')) else ': '}{why}"


def _options(record: Any) -> list[str]:
    return [field.name for field in fields(record) if field.init]


def _written(content: object, place: Sequence[int | str]) -> Iterator[str]:
    """The part of a place that the content has; behind a value come names of types that it could have been."""
    here = content
    for part in place:
        if not isinstance(here, dict | list | tuple):
            return
        yield str(part)
        here = (here if isinstance(here, dict) else dict(enumerate(here))).get(part)


def _predicate(faults: Sequence[ErrorDetails], show: Callable[[object], str]) -> str:
    """What is wrong with a value, that every type which it may have refuses in its own words."""
    first = faults[0]
    if first["type"] == "missing":
        return "is missing"
    if first["type"] == "extra_forbidden":
        return f"there is no such key (got {show(first['input'])})"
    if first["type"] == _SAID:
        return first["msg"]
    if not first["msg"].startswith(EXPECTED):
        return f"{first['msg'][0].lower()}{first['msg'][1:]} (got {show(first['input'])})"
    wanted = [fault["msg"].removeprefix(EXPECTED) for fault in faults if fault["msg"].startswith(EXPECTED)]
    *most, last = dict.fromkeys(map(_in_plain_words, wanted))
    said = f"{', '.join(most)} or {last}" if most else last
    return f"must be {said}, but is {show(first['input'])}"


def _in_plain_words(wanted: str) -> str:
    wanted = _MORE.sub("", wanted)
    for said, plain in _PLAIN.items():
        wanted = wanted.replace(said, plain)
    return wanted
