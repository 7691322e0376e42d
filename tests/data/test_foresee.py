"""What data will take: of the hub, the files that are read and no others."""

from helpers.hub import Hub
from helpers.tables import parquet
from isoglot.data.foresee import foresee_data
from isoglot.data.hub.lock import accept
from isoglot.data.load import load_parallel

ROWS = [{"query": "a?", "positive": "A.", "negative": "N."}]


def test_files_of_the_hub_are_to_fetch_and_then_here(hub: Hub) -> None:
    wanted, other = parquet(ROWS), parquet(ROWS * 9)
    files = {"german/train/0000.parquet": wanted, "french/train/0000.parquet": other}
    hub.put("unicamp-dl/mmarco", files, revision="refs/convert/parquet", card={"license": "apache-2.0"})
    assert "--accept-licence mmarco" in foresee_data("mmarco@de").reason
    accept("mmarco")
    for source, licence in (
        ("mmarco@de#rows=1", "Apache-2.0; MS MARCO: non-commercial research"),
        ("hf@de:unicamp-dl/mmarco/german@refs/convert/parquet", "apache-2.0"),
    ):
        found = foresee_data(source)
        assert (found.where, found.size, found.licence) == ("to fetch", len(wanted), licence)
    load_parallel("mmarco@de")
    assert foresee_data("mmarco@de").where == "here"
    assert foresee_data("mmarco@de,fr").size == len(other)
    assert foresee_data("mmarco").where == "missing"
