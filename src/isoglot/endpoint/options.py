"""What may be said about a server that is asked, whatever it does."""

from pydantic import Field

from isoglot.configuration import ConfigTable


class EndpointOptions(ConfigTable):
    """How a server is asked; what it answers does not depend on it."""

    key_env: str | None = Field(
        None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="environment variable of the key"
    )
    parallel: int = Field(4, ge=1, le=256, description="requests under way at once")
    requests_per_minute: float | None = Field(None, ge=0.01)
    timeout: float = Field(120.0, gt=0, le=3_600, description="seconds for a whole answer")
    retries: int = Field(5, ge=0, le=20, description="of a request that met 429, 5xx or no answer")
