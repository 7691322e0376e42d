"""What may be said about each kind of encoder: the keys of an encoder's file, and what is said in Python."""

from typing import Annotated, Literal

from pydantic import Field

from isoglot.arguments import accepted_by
from isoglot.configuration import ConfigTable
from isoglot.endpoint.hosts import checked_url
from isoglot.endpoint.options import EndpointOptions
from isoglot.errors import ConfigError

_Name = Annotated[str, Field(min_length=1)]


class LoadOptions(ConfigTable):
    """Of an encoder whose weights are loaded. Vectors are kept by the weights themselves, in the type they have."""

    model: _Name = Field(description="e5-small, a folder, or a model id of the hub")
    revision: _Name | None = Field(default=None, description="of a model of the hub: a branch, a tag or a commit")
    dtype: Literal["float32", "bfloat16", "float16"] | None = Field(
        default=None, description="of the weights; as the model is saved if left out"
    )
    device: _Name | None = Field(default=None, description="as PyTorch names it; the accelerator if there is one")
    devices: list[_Name] | None = Field(
        default=None, min_length=1, description="several, each of which encodes whole batches"
    )
    backend: Literal["torch", "openvino"] | None = Field(
        default=None, description="what computes the transformer: openvino where it was exported, else torch"
    )
    trust_remote_code: bool = Field(default=False, description="run code that comes with the model")
    query_prompt: str | None = Field(
        default=None, description="stands before every query, instead of the model's own prompt"
    )
    document_prompt: str | None = Field(default=None, description="likewise, before every passage")

    def _check(self, where: str) -> None:
        if self.device is not None and self.devices is not None:
            raise ConfigError(f"{where}: give 'device' or 'devices', not both.")


class OpenAIOptions(EndpointOptions):
    """Of an encoder behind an OpenAI-compatible server. Vectors are kept by model, address, prompts, dimensions and
    revision."""

    model: _Name = Field(description="as the server calls it")
    base_url: Annotated[str, accepted_by(checked_url)] | None = Field(
        default=None, description="what stands before /embeddings; OPENAI_BASE_URL, or else OpenAI's own address"
    )
    revision: str | None = Field(default=None, description="any word; another one encodes anew")
    query_prompt: str | None = Field(default=None, description='stands before every query; "" for none')
    document_prompt: str | None = Field(default=None, description='stands before every passage; "" for none')
    dimensions: int | None = Field(
        default=None, ge=1, le=65_536, description="of a vector, where the model can shorten it"
    )
    batch_tokens: int = Field(default=8_000, ge=1, description="of a request, estimated, unless it has one text")
    batch_texts: int = Field(default=32, ge=1, le=2_048, description="of a request, at most")
    repair: _Name | None = Field(
        default=None, description="folder of the transform that isoglot debias wrote, from where the file lies"
    )
    price: float | None = Field(default=None, ge=0, description="of a million tokens")
    max_cost: float | None = Field(default=None, gt=0, description="stop at so much money; needs the price")
    max_spent_tokens: int | None = Field(default=None, gt=0, description="stop at so many tokens of this run")
    send_texts: bool = Field(default=False, description="texts may be sent to a public host without asking")

    def _check(self, where: str) -> None:
        if self.max_cost is not None and self.price is None:
            raise ConfigError(f"{where}: key 'max_cost': needs 'price', the price of a million tokens.")
