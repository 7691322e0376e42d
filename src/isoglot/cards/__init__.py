"""Model cards: what an encoder's folder says of where it comes from, what it was trained on and how well it does."""
