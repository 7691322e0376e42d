"""The page to try the service with: one file of this package, which loads nothing from elsewhere."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

_PARTS = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


@cache
def page() -> tuple[str, str]:
    """Its HTML, and the content security policy by which a browser runs that script, and no other."""
    html = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    hashes = {kind: b64encode(sha256(text.encode()).digest()).decode() for kind, text in _PARTS.findall(html)}
    rules = [
        "default-src 'none'",
        f"script-src 'sha256-{hashes['script']}'",
        f"style-src 'sha256-{hashes['style']}'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    return html, "; ".join(rules)
