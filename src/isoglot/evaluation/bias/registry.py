"""All measures of language bias that an evaluation has."""

from isoglot.evaluation.bias.consistency import MRC
from isoglot.evaluation.bias.distance import DISTANCES
from isoglot.evaluation.bias.preference import PREFERENCES
from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.bias.recall import RECALL_ITEM, RECALLS

BIAS_MEASURES = (*DISTANCES, *PREFERENCES, *MRC.values(), REACH_SAME, REACH_OTHER, *RECALLS, RECALL_ITEM)
"""In the order of the tables that have all of them."""
