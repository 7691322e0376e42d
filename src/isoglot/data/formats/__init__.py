"""Published layouts of data, one file a format."""
