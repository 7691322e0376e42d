"""TyDi's languages, by which MIRACL, Mr. TyDi and their files are named."""

WORDS = {
    "ar": "arabic",
    "bn": "bengali",
    "en": "english",
    "fi": "finnish",
    "id": "indonesian",
    "ja": "japanese",
    "ko": "korean",
    "ru": "russian",
    "sw": "swahili",
    "te": "telugu",
    "th": "thai",
}
"""Language -> what Mr. TyDi's files call it."""
