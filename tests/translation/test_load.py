"""Engines by name: what is written in one string or in a table, and what cannot be."""

import pytest

from isoglot.errors import ConfigError
from isoglot.translation.load import translator

_REFUSED = {
    "openai:model": "is not openai:MODEL@URL",
    "openai:": "lacks what follows the colon: write openai:MODEL@URL",
    "libretranslate:localhost:5000": "is not an address: write it as https://",
    "libretranslate:http://me:secret@host/": "must not have a password",
    "libretranslate:http://host,key_env=NO_SUCH_KEY": "environment variable NO_SUCH_KEY is not set",
    "libretranslate:http://host,key_env=sk-1": "option 'key_env' of translation engine 'libretranslate'",
    "libretranslate:http://host,beams=2": "option 'beams' .* has no such option; its options: key_env, parallel",
    "openai:m@http://host,max_cost=1": "max_cost needs price_in and price_out",
    "openai:m@http://host,body={since = 1979-05-27}": "body: cannot be written as JSON",
    "apertium:x": "unknown 'apertium:x'; known: apertium, hf:PATH_OR_ID",
}


@pytest.mark.parametrize("spec", _REFUSED)
def test_refusals_of_what_is_written(spec: str) -> None:
    with pytest.raises(ConfigError, match=_REFUSED[spec]) as refused:
        translator(spec)
    assert "secret" not in str(refused.value)


def test_options_in_a_table_or_after_commas_are_the_same() -> None:
    place = "openai:m@http://127.0.0.1:9"
    written = translator(f"{place},texts=3,body={{seed = 5}},revision=June")
    assert written.name == translator({"name": place, "texts": 3, "body": {"seed": 5}, "revision": "June"}).name
    assert written.name != translator(place).name
    with pytest.raises(ConfigError, match="is in a table: write its options there too"):
        translator({"name": f"{place},texts=3", "revision": "June"})
