"""Counts and times of a service, for Prometheus."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_TEXTS = (1, 2, 4, 8, 16, 32)


class Metrics:
    """Of one service; a process may have several."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("isoglot_requests", "Requests answered.", ["path", "status"], registry=self._registry)
        self._seconds = Histogram(
            "isoglot_request_seconds",
            "From a request to its answer.",
            ["path"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._texts = Histogram(
            "isoglot_encoded_together", "Queries encoded in one batch.", buckets=_TEXTS, registry=self._registry
        )
        self._encoding = Histogram(
            "isoglot_encoding_seconds", "To encode a batch.", buckets=_SECONDS, registry=self._registry
        )
        self.running = Gauge("isoglot_requests_running", "Requests being answered.", registry=self._registry)
        self._passages = Gauge("isoglot_passages", "Passages in the index.", ["lang"], registry=self._registry)

    def answered(self, path: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def encoded(self, texts: int, seconds: float) -> None:
        """Count a batch."""
        self._texts.observe(texts)
        self._encoding.observe(seconds)

    def text(self, counts: Mapping[str, int]) -> bytes:
        """All of them in Prometheus' text format.

        Args:
            counts: language -> passages.
        """
        self._passages.clear()
        for tag, count in counts.items():
            self._passages.labels(tag).set(count)
        return generate_latest(self._registry)
