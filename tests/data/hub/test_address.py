"""``hf:`` names: what they say, and what they cannot."""

import pytest

from isoglot.data.hub.address import Address, parse_address
from isoglot.data.sources import hub_source, split_languages, split_sources
from isoglot.errors import DataError


def test_every_part_is_read() -> None:
    assert parse_address("zoo/birds") == Address(repository="zoo/birds")
    whole = parse_address("zoo/birds/de.v2@refs/convert/parquet#query.de=frage&passage=text&rows=10&files=a/*.csv")
    assert whole == Address(
        repository="zoo/birds",
        config="de.v2",
        revision="refs/convert/parquet",
        files="a/*.csv",
        rows=10,
        columns={"query.de": "frage", "passage": "text"},
    )
    assert whole.name == "zoo/birds/de.v2"


def test_split_and_language_stand_in_front_and_an_at_behind_is_a_revision() -> None:
    source = hub_source("hf/dev@de:zoo/birds@en")
    assert source is not None
    assert (source.split, source.languages, source.place) == ("dev", ("de",), "zoo/birds@en")
    assert split_languages("hf:zoo/birds@en") == ("hf:zoo/birds@en", None)
    assert hub_source("miracl@de:folder") is None
    assert split_sources("hf@de:zoo/birds@v1#rows=5,xquad-r@en,de") == ["hf@de:zoo/birds@v1#rows=5", "xquad-r@en,de"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("birds", "write it as hf:OWNER/NAME"),
        ("zoo/birds@", "write it as hf:OWNER/NAME"),
        ("zoo/birds#query", "'query' must be key=value"),
        ("zoo/birds#frage=a", "unknown key 'frage'; choose from id, query, passage"),
        ("zoo/birds#lang=de", "say the lang in front, as hf@LANGUAGE:OWNER/NAME"),
        ("zoo/birds#split=dev", "say the split in front, as hf/SPLIT:OWNER/NAME"),
        ("zoo/birds#rows=0", "rows must be a whole number above 0, but is '0'"),
        ("zoo/birds#query.german1=a", "'german1' is not a language code"),
    ],
)
def test_what_is_none_is_one_sentence(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_address(text)
