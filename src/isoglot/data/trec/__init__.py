"""TREC files, and those of BEIR that say the same: judgements, runs and topics, each with one reader."""
