"""From what people have to training data: sources, cleaning, translation, filtering, one file and its manifest."""
