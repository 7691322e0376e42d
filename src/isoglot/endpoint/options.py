"""What may be said about a server that is asked, whatever it does."""

from pydantic import Field

from isoglot.configuration import ConfigTable
from isoglot.wording import shown


class EndpointOptions(ConfigTable):
    """How a server is asked; what it answers does not depend on it."""

    key_env: str | None = Field(
        default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="environment variable of the key"
    )
    parallel: int = Field(default=4, ge=1, le=256, description="requests under way at once")
    requests_per_minute: float | None = Field(default=None, ge=0.01)
    timeout: float = Field(default=120.0, gt=0, le=3_600, description="seconds for a whole answer")
    retries: int = Field(default=5, ge=0, le=20, description="of a request that met 429, 5xx or no answer")

    @classmethod
    def _shown(cls, value: object) -> str:
        """What is written in the wrong place may be the key itself."""
        return "a text" if isinstance(value, str) else shown(value)
