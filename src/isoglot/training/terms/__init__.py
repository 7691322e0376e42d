"""The terms of a training loss, one a file, each of the vectors of a batch and, for some, of the start encoder's."""
