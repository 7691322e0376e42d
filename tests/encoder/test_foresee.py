from helpers.hub import Hub
from isoglot.encoder.foresee import foresee_encoder


def test_a_name_without_an_owner_is_looked_for_where_its_loader_looks(hub: Hub) -> None:
    hub.put("sentence-transformers/tiny", {"config.json": "{}", "model.safetensors": b"w" * 300})
    found = foresee_encoder("tiny")
    assert (found.name, found.where, found.size) == ("tiny", "to fetch", 300)
