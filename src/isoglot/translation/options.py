"""What may be said about each translation engine, beside its name."""

from typing import Any, Literal

from pydantic import Field

from isoglot.configuration import ConfigTable
from isoglot.endpoint.options import EndpointOptions


class Options(ConfigTable):
    """Options of an engine; an engine without any has these."""


class NeuralOptions(Options):
    """Of a sequence-to-sequence model.

    Translations are remembered under ``beams`` and ``max_tokens``, and not under what only changes the speed.
    """

    beams: int = Field(4, ge=1, le=64, description="1: greedy")
    max_tokens: int = Field(512, ge=16, description="of the translation of a sentence; of the sentence, half of it")
    batch_tokens: int = Field(4_096, ge=16, description="of a batch, padding included")
    direction: str | None = Field(
        None, pattern=r"^[A-Za-z]+-[A-Za-z]+$", description="en-es: of an Opus-MT model whose files do not say it"
    )


class Seq2SeqOptions(NeuralOptions):
    """Of a Hugging Face model; translations are remembered under ``dtype``, too."""

    device: str = Field("auto", description="as PyTorch names it; auto: the accelerator if there is one")
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"


class CTranslate2Options(NeuralOptions):
    """Of a folder in CTranslate2's format; translations are remembered under ``compute``, too."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute: str = Field("default", description="CTranslate2's compute type, such as int8; default: as converted")
    tokenizer: str | None = Field(None, description="folder or id of the original model; where the folder has none")


class HttpOptions(EndpointOptions, Options):
    """Of an engine behind HTTP. Translations are remembered under ``texts`` and ``revision``."""

    revision: str | None = Field(None, description="any word; another one translates anew")
    texts: int = Field(10, ge=1, le=1_000, description="of a request, at most")


class ChatOptions(HttpOptions):
    """Of an OpenAI-compatible endpoint. Translations are remembered under ``body``, too."""

    body: dict[str, Any] = Field(default_factory=dict, description="more of the request, such as temperature (0)")
    max_spent_tokens: int | None = Field(None, gt=0, description="stop at so many tokens, in and out, of this run")
    max_cost: float | None = Field(None, gt=0, description="stop at so much money; needs the prices")
    price_in: float | None = Field(None, ge=0, description="of a million tokens in")
    price_out: float | None = Field(None, ge=0, description="of a million tokens out")
