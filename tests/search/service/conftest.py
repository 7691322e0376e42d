"""An index that is served."""

from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("lancedb")


@pytest.fixture(scope="session")
def repaired_index(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """96 passages in German and English, searched through a repair; the same for every test, so leave it as it is."""
    from helpers.repairing import CHOICE, whatever_language
    from isoglot.debiasing.model import save_model
    from isoglot.encoder.fingerprint import encoder_fingerprint
    from isoglot.encoder.fitted import Fitted
    from isoglot.encoder.load import load_encoder
    from isoglot.search import build

    folder = tmp_path_factory.mktemp("served")
    model = load_encoder(str(tiny_encoder))
    fitted = Fitted(choice=CHOICE, encoder=encoder_fingerprint(model))
    save_model(model, whatever_language(), folder / "repaired", fitted=fitted)
    build.put(folder / "index", "sample/test@de,en", str(folder / "repaired"))
    return folder / "index"
