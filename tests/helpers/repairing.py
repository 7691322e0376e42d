"""Transforms of the tiny encoder's vectors, and encoders repaired by them."""

from pathlib import Path
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer

from isoglot.debiasing.model import save_model
from isoglot.encoder.affine import Affine, affine
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.roles import ROLES

WIDTH = 32
CHOICE = Choice(kind="directions", rank=2)


def whatever_language(*, sides: int = 2, unit: bool = True) -> Affine:
    """One matrix; with two sides queries have an offset of their own and no matrix."""
    rng = np.random.default_rng(0)
    offsets = rng.standard_normal((2, 1, WIDTH)) / 10
    return affine(
        ("de", "en"),
        WIDTH,
        offsets=np.broadcast_to(offsets if sides == 2 else offsets[:1], (2, 3, WIDTH)),
        matrices=rng.standard_normal((1, WIDTH, WIDTH)),
        matrix=np.array([[-1 if sides == 2 else 0] * 3, [0] * 3]),
        unit=unit,
    )


def by_language(*, matrices: int = 0, unit: bool = True) -> Affine:
    """An offset for each role and language; with two matrices one of them, the other or none."""
    rng = np.random.default_rng(0)
    return affine(
        ("de", "en"),
        WIDTH,
        offsets=rng.standard_normal((2, 3, WIDTH)) / 5,
        matrices=rng.standard_normal((matrices, WIDTH, WIDTH)),
        matrix=np.array([[0, -1, 1], [1, 0, -1]]) if matrices else None,
        unit=unit,
    )


def axis_of_language(**axes: int) -> Affine:
    """A text's vector is the axis of its language, whatever the text; the last axis where it is none of these."""
    languages = tuple(sorted(axes))
    numbers = [*(axes[tag] for tag in languages), WIDTH - 1]
    return affine(
        languages, WIDTH, offsets=np.tile(np.eye(WIDTH)[numbers], (2, 1, 1)), matrices=np.zeros((1, WIDTH, WIDTH))
    )


def encoded(model: SentenceTransformer, texts: list[str], *, unit: bool = True) -> list[Any]:
    """As queries and as passages."""
    options = {"normalize_embeddings": unit}
    return [model.encode_query(texts, **options), model.encode_document(texts, **options)]


def applied(transform: Affine, vectors: list[Any], language: list[int]) -> list[Any]:
    """What :func:`encoded` gave, transformed."""
    return [transform.apply(found, np.array(language), role) for role, found in zip(ROLES, vectors, strict=True)]


def repair(encoder: SentenceTransformer, transform: Affine, folder: Path) -> Path:
    """Save the repaired encoder as `isoglot debias` does."""
    fitted = Fitted(choice=CHOICE, encoder=encoder_fingerprint(encoder))
    save_model(encoder, transform, folder, fitted=fitted)
    return folder


def repaired_folders(encoder: Path, folder: Path) -> dict[str, Path]:
    """Both kinds: how it is repaired -> its folder."""
    model = SentenceTransformer(str(encoder), device="cpu")
    return {
        "by language": repair(model, by_language(matrices=2), folder / "bylanguage"),
        "whatever language": repair(model, whatever_language(), folder / "whatever"),
    }
