from helpers.hub import Hub
from isoglot.data.hub.models import foresee_model


def test_a_model_of_the_hub_is_asked_about_and_not_fetched(hub: Hub) -> None:
    weights = b"w" * 300
    hub.put("me/tiny", {"config.json": "{}", "model.safetensors": weights}, card={"license": "mit"})
    found = foresee_model("me/tiny", called="my model")
    assert (found.name, found.where, found.size, found.licence) == ("my model", "to fetch", len(weights), "mit")
    assert not [path for _, path, _ in hub.asked if "/resolve/" in path]
    gone = foresee_model("me/gone")
    assert gone.where == "missing"
    assert "the hub does not give it" in gone.reason
