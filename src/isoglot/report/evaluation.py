"""An evaluation in words: how well is found in each setting, which language comes first, and what page 1 has."""

from collections.abc import Iterator

import numpy as np

from isoglot.arrays import Ints
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.bias.recall import RECALL_ALL, RECALL_ITEM
from isoglot.evaluation.bias.registry import BIAS_MEASURES
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.evaluation.settings import IN_WORDS, SETTINGS
from isoglot.report.values import BIAS, Value, main_measure, measure_title, value_of, values_that_matter
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import amounts, counted, decimal, enumerated, interval, p_value, with_interval


def evaluation_summary(encoder: str, result: CollectionResult, *, then: str = "", why: str = "") -> Summary:
    """What an evaluation on one collection found.

    Args:
        encoder: what it is called.
        then: the command to run next.
        why: what it is for.
    """
    return Summary(
        finding=tuple(evaluation_finding(encoder, result)),
        table=evaluation_table(result),
        then=then,
        why=why,
        details=tuple(_details(result)),
    )


def evaluation_finding(encoder: str, result: CollectionResult) -> Iterator[str]:
    """How well is found in each setting, and :func:`language_finding`."""
    main = _main(result)
    found = [
        f"{decimal(result.value(setting, main))} {IN_WORDS[setting]} ({setting})"
        for setting in SETTINGS
        if main in result.settings.get(setting, {})
    ]
    if not result.passages:  # of languages nothing is known
        found = [decimal(result.value("multi", main))]
    yield f"{encoder} on {result.name}: {measure_title(main)} is {enumerated(found)}."
    yield from language_finding(result)


def language_finding(result: CollectionResult) -> Iterator[str]:
    """What languages do to the pool, and what page 1 has; nothing where languages are unknown."""
    if len(result.passages) > 1 and (same := result.bias.get(SAME_LANGUAGE[1].name)):
        yield (
            f"In the pool of all languages {_percent(same.value)} of top hits are in the query's language, which "
            f"{_percent(result.pool_share)} of the pool is in."
        )
    if other := result.bias.get(REACH_OTHER.name):
        own = result.bias.get(REACH_SAME.name)
        mine = f"in the query's language for {_percent(own.value)} of queries, " if own else ""
        yield (
            f"Page 1 (the first 10 hits) has a relevant passage {mine}in one other language for "
            f"{_percent(other.value)}{'' if own else ' of queries'}."
        )
    if items := result.bias.get(RECALL_ITEM.name):
        yield (
            f"With one hit an item, page 1 has {_percent(items.value)} of the relevant items; page 1 and recall@10 are "
            "those of such hits."
        )
    if len(result.passages) == 1:
        yield "The pool has one language, so that no language can be preferred."


def evaluation_table(result: CollectionResult) -> TextTable:
    """The values that matter, with their intervals, and what they were measured on."""
    main = _main(result)
    values = [value for value in values_that_matter(main) if _found(result, value)]
    if all(value.table != BIAS for value in values):  # nothing of languages: the other measures have room
        more = ((setting, name) for setting, found in result.settings.items() for name in found if name != main)
        values += [value_of(setting, name) for setting, name in more]
    rows = [
        (value.label, value.form(_of(result, value).value), interval(_of(result, value), value.form))
        for value in values[:MOST_ROWS]
    ]
    return TextTable(("value", "", "95% interval"), rows, note=" ".join(_notes(result)))


def _notes(result: CollectionResult) -> Iterator[str]:
    yield f"{amounts(result.sizes)} ({result.cluster_rule})."
    if result.asked != SETTINGS:
        yield f"Only {enumerated(result.asked)} {'was' if len(result.asked) == 1 else 'were'} computed, as asked."
    if lost := result.sizes["queries"] - len(_asked(result)):
        yield f"Values leave out {counted(lost, 'queries')} without a relevant passage."
    if result.identical_ids:
        yield (
            f"For {counted(result.identical_ids, 'queries')} the passage with the query's id is not ranked, as it is "
            "not judged relevant (--keep-identical-ids ranks it)."
        )
    if result.recall_ceiling < 1 and RECALL_ALL.name in result.bias:
        yield (
            f"Some queries have more than 10 relevant passages, so that recall@10 is {result.recall_ceiling:.1%} at "
            "most."
        )


def _asked(result: CollectionResult) -> Ints:
    """The queries that have a value in some setting."""
    tables = [scores.query for name, scores in result.topics.tables.items() if name in SETTINGS]
    return np.unique(np.concatenate(tables))


def _percent(share: float) -> str:
    """As tables write it."""
    return value_of(BIAS, SAME_LANGUAGE[1].name).form(share)


def _details(result: CollectionResult) -> Iterator[TextTable]:
    shown = {setting: result.settings[setting] for setting in SETTINGS if setting in result.settings}
    names = dict.fromkeys(name for found in shown.values() for name in found)
    yield TextTable(
        ("measure", *(f"{setting} [95% interval]" for setting in shown)),
        [
            (
                measure_title(name),
                *(with_interval(found[name], decimal) if name in found else "" for found in shown.values()),
            )
            for name in names
        ],
    )
    if result.effects is None:
        return
    yield TextTable(
        ("language bias in the pool", "value [95% interval]"),
        [
            *(
                (measure.title, with_interval(result.bias[measure.name], value_of(BIAS, measure.name).form))
                for measure in BIAS_MEASURES
                if measure.name in result.bias
            ),
            ("share of the pool in the query's language", f"{result.pool_share:.1%}"),
        ],
    )
    yield _languages(result)
    yield TextTable(("languages and the whole ranking", "value [95% interval]"), list(_effects(result)))


def _languages(result: CollectionResult) -> TextTable:
    """By query language; cross is the mean over the other languages' pools."""
    main = _main(result)
    values = [
        value
        for value in values_that_matter(main)[:5]
        if _found(result, value)  # the settings, the distance and the top hit
    ]
    rows = []
    for language in result.queries:
        found = []
        for value in values:
            cells = _of(result, value).cells
            mine = [cells[cell] for cell in cells if cell.partition(">")[0] == language]
            found.append(value.form(sum(mine) / len(mine)) if mine else "")
        rows.append((language, *found))
    return TextTable(("query in", *(value.label for value in values)), rows)


def _effects(result: CollectionResult) -> Iterator[tuple[str, str]]:
    """What holds for the ranking as a whole; why something could not be said, and PEER, are in the saved file."""
    effects = result.effects
    if effects is None:
        return
    if effects.decomposition:
        pull = effects.decomposition.same_language.inverse
        yield "times nearer the top in the query's language", with_interval(pull, "{:.2f}".format)
    for title, found in (
        ("agreement on the order of other languages, Kendall's W", effects.concordance_others),
        ("the same with the query's language", effects.concordance),
    ):
        if found:
            yield title, f"{found.w:.3f}, p {p_value(found.p)}"
    for setting, parity in effects.parity.items():
        yield f"{setting} mAP, best language minus worst ({parity.worst})", with_interval(parity.gap, decimal)


def _main(result: CollectionResult) -> str:
    return main_measure([name for found in result.settings.values() for name in found])


def _found(result: CollectionResult, value: Value) -> Estimate | None:
    tables = {**result.settings, BIAS: result.bias}
    return tables.get(value.table, {}).get(value.name)


def _of(result: CollectionResult, value: Value) -> Estimate:
    found = _found(result, value)
    if found is None:
        raise KeyError(value.name)
    return found
