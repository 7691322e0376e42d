"""What a file says about translation."""

from typing import Any

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from isoglot.configuration import ConfigTable
from isoglot.errors import ConfigError
from isoglot.translation.load import check_spec


class TranslateConfig(ConfigTable):
    """Which languages are added, from which, by which engine."""

    engine: str | dict[str, Any] = Field(description="as docs/translation.md names them, such as apertium")
    to: list[str] = Field(min_length=1, description="languages that every item is to have")
    source: str = Field("en", description="the language translated from")

    @field_validator("engine")
    @classmethod
    def _known(cls, engine: str | dict[str, Any]) -> str | dict[str, Any]:
        try:
            check_spec(engine)
        except ConfigError as error:
            raise PydanticCustomError("engine", "{reason}", {"reason": str(error).rstrip(".")}) from error
        return engine
