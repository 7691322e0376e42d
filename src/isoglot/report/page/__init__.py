"""The page: what results say, with charts, as one HTML file that needs nothing from elsewhere and runs no script."""
