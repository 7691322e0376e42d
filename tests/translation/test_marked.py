"""A marked answer stays marked, whatever the engine."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.engines import Labelled
from isoglot.text.marks import CLOSE, OPEN, joined, marked, parts_of
from isoglot.translation.marked import translate_marked

_TEXT = st.text(alphabet=f"ab {OPEN}{CLOSE}", max_size=8)


@given(_TEXT, _TEXT, _TEXT)
def test_what_is_marked_is_found_again_and_nothing_else_is(before: str, answer: str, after: str) -> None:
    plain = [part.replace(OPEN, "").replace(CLOSE, "") for part in (before, answer, after)]
    text = marked(before + answer + after, len(before), len(before) + len(answer))
    assert parts_of(text) == tuple(plain)
    assert parts_of(before) is None or joined(*parts_of(before)) == before
    assert parts_of("".join(plain)) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_TEXT.filter(str.strip), min_size=1))
def test_parts_are_translated_on_their_own(texts: list[str]) -> None:
    found = translate_marked(Labelled("upper", lambda text, _: text.upper()), texts, source="en", target="es")
    for text in texts:
        parts = parts_of(text)
        lost = parts is not None and not parts[1].strip()
        assert found.translations[text] == ("" if lost else text.upper())
