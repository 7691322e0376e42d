"""How to encode a collection."""

from typing import Literal

from isoglot.arguments import Count, Positive, Several, option_record
from isoglot.data.given import AnyCollection
from isoglot.encoding.defaults import MARGIN, SHARD_ROWS
from isoglot.errors import ConfigError
from isoglot.vectors.packing import Precision

EngineName = Literal["process", "ray"]


@option_record
class EncodeOptions:
    """How to encode a collection.

    Example::

        >>> options = isoglot.EncodeOptions(precision="int8", loss_on="sample/test")

    Attributes:
        precision: of the numbers that are stored: int8 takes a quarter of float32's bytes, and 4 bytes a vector.
        loss_on: a collection with judgements, by object or by name, on which the loss by ``precision`` is measured
            before anything is encoded; not measured if left out.
        margin: the loss of mAP, in any setting, above which nothing is encoded.
        engine: who encodes: this process, or workers of a Ray cluster.
        devices: of this process, each of which encodes whole batches; the encoder's own if left out.
        address: of the Ray cluster; RAY_ADDRESS or a cluster of this machine alone if left out.
        workers: of the Ray cluster; one a GPU, or one a core where there is none, if left out.
        shard_rows: texts of a shard, which is what a killed worker loses.

    Raises:
        ConfigError: a value that the option cannot have, or an option of the other engine.
    """

    precision: Precision = "float32"
    loss_on: AnyCollection | None = None
    margin: Positive = MARGIN
    engine: EngineName = "process"
    devices: Several[str] = ()
    address: str | None = None
    workers: Count | None = None
    shard_rows: Count = SHARD_ROWS

    def __post_init__(self) -> None:
        if self.engine == "ray" and self.devices:
            raise ConfigError(
                "devices are of the engine process: Ray gives each worker a GPU or a core; leave them out."
            )
        if self.engine == "process" and not (self.address is None and self.workers is None):
            raise ConfigError("address and workers are of the engine ray: choose it, or leave them out.")
        if self.loss_on is not None and self.precision == "float32":
            raise ConfigError("float32 loses nothing: leave loss_on out, or choose float16 or int8.")
