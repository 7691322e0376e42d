"""What one request may ask of the service, and how many of them it takes at once."""

from isoglot.arguments import Count, Positive, option_record


@option_record
class Limits:
    """Limits of a service.

    Attributes:
        characters: of a query.
        k: hits a page.
        page: the last page that may be asked for.
        body_bytes: of a request's body.
        head_bytes: of its first line and headers.
        concurrency: requests that are answered at once; one more is refused.
        connections: that are open at once.
        seconds: for a request, from its first line to the answer.
    """

    characters: Count = 2_000
    k: Count = 100
    page: Count = 100
    body_bytes: Count = 65_536
    head_bytes: Count = 32_768
    concurrency: Count = 64
    connections: Count = 256
    seconds: Positive = 10.0
