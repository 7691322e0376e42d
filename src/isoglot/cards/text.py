"""What a model card says, in Markdown: each part a heading and its paragraphs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from isoglot.cards.measured import results_table
from isoglot.cards.origin import Origin
from isoglot.cards.training import leak_finding, sources_of, time_spent
from isoglot.evaluation.saved import SavedResults
from isoglot.wording import enumerated, listed, short_path


def card_text(name: str, origin: Origin, certificate: Mapping[str, Any] | None, found: Sequence[SavedResults]) -> str:
    """The whole, without its head.

    Args:
        name: what the encoder is called.
        origin: what its folder says.
        certificate: of leaks in its training data.
        found: its results.
    """
    parts = [[f"# {name}", _what(origin)], list(_use(name, origin))]
    if found:
        parts.append(list(_measured(name, found)))
    parts += [list(_made(origin)), list(_data(origin, certificate)), list(_limits(origin))]
    return "\n\n".join("\n\n".join(part) for part in parts if part) + "\n"


def _what(origin: Origin) -> str:
    start = f"of {short_path(origin.base)}" if origin.base else "of another encoder"
    done = []
    if origin.training:
        policies = {_policy(origin, source) for source in sources_of(origin.training).values()} - {None}
        batches = f" with {enumerated(sorted(policies))} batches" if policies else ""
        done.append(f"trained{batches}")
    if origin.weight is not None:
        done.append(f"averaged with its start ({origin.weight:g} of it is the trained one)")
    if origin.repair is not None:
        done.append(f"repaired ({origin.repair.choice})")
    if origin.exported is not None:
        done.append(f"exported, so that OpenVINO computes it in {origin.exported}")
    how = f"It was made {start}: {enumerated(done)}." if done else ""
    return f"A dense retriever for texts in several languages in one pool, by isoglot. {how}".rstrip()


def _use(name: str, origin: Origin) -> Iterator[str]:
    yield "## Use"
    if origin.needs_language:
        yield (
            "It moves a vector by the language of its text, which is declared or told from it, and needs isoglot "
            "(`pip install 'isoglot[cleaning]'`):"
        )
        code = [
            "from isoglot import load_encoder",
            "from isoglot.encoder.bylanguage import declared",
            "",
            f'model = load_encoder("{name}")',
            'passages = model.encode_document(declared(["Guten Tag"], ["de"]))  # its language declared',
            'queries = model.encode_query(["Where is it?"])  # or told from the text',
        ]
    else:
        backend = ', backend="openvino"' if origin.exported else ""
        needs = " and `pip install 'isoglot[openvino]'`" if backend else ""
        yield f"It loads with plain sentence-transformers{needs}. Queries and passages have prompts of their own:"
        code = [
            "from sentence_transformers import SentenceTransformer",
            "",
            f'model = SentenceTransformer("{name}"{backend})',
            'queries = model.encode_query(["Where is it?"])',
            'passages = model.encode_document(["Es ist dort."])',
            "model.similarity(queries, passages)",
        ]
    yield "\n".join(["```python", *code, "```"])


def _measured(name: str, found: Sequence[SavedResults]) -> Iterator[str]:
    yield "## Results"
    yield (
        "Mean average precision of queries whose passages are in their own language alone, in one other language, and "
        "in all languages in one pool; and the bias in that pool: how many ranks lie between the equally relevant "
        "passages of different languages, and how many first hits are in the query's language. Brackets hold 95% "
        "intervals over other questions of this kind."
    )
    yield "\n".join(results_table(found))
    commands = [f"isoglot evaluate {name} {' '.join(results.content['collections'])}" for results in found]
    yield "\n".join(["```", *commands, "```"])


def _made(origin: Origin) -> Iterator[str]:
    record = origin.training
    if not record and origin.repair is None:
        return
    yield "## How it was made"
    if record:
        steps = f"{record['steps']:,} steps" if "steps" in record else ""
        spent = " in ".join(part for part in (steps, time_spent(record)) if part)
        yield f"Training: {spent or 'by an older version, whose record says less'}."
    if record.get("config"):
        yield "\n".join(["```json", json.dumps(_said(record["config"]), indent=1, ensure_ascii=False), "```"])
    if origin.repair is not None:
        data = [str(one["name"]) for one in origin.repair.on.get("data", ())]
        where = enumerated(data) if data else "texts that its folder does not name"
        yield f"Repair: {origin.repair.choice}, fitted on {where}."


def _data(origin: Origin, certificate: Mapping[str, Any] | None) -> Iterator[str]:
    if not origin.data and certificate is None:
        return
    yield "## Training data"
    if origin.data:
        rows = [f"| {one['name']} | {one['licence']} | {', '.join(one['leaks'])} |" for one in origin.data]
        yield "\n".join(
            ["| data set | licence of the texts | test sets whose texts it holds |", "|---|---|---|", *rows]
        )
    paths = [path for source in sources_of(origin.training).values() for path in source["paths"]]
    own = [short_path(str(path)) for path in paths if not _named(path, origin)]
    if own:
        yield f"Besides, files of whoever trained it: {listed(own)}."
    if said := leak_finding(origin.training, certificate):
        yield said


def _limits(origin: Origin) -> Iterator[str]:
    yield "## Intended use and limits"
    known = f" It was trained or fitted on texts in {listed(origin.languages, most=12)}." if origin.languages else ""
    yield (
        f"For search over passages in several languages.{known} Other languages are those of the encoder that it comes "
        "from. Whether it ranks by meaning on your texts, `isoglot audit` says."
    )
    limited = [f"{one['name']} ({one['licence']})" for one in origin.data if _restricts(str(one["licence"]))]
    if limited:
        yield f"Mind the licences before commercial use: {enumerated(limited)}."


def _said(config: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left out, without the place where the run was written, and without the user's folders."""
    tables = {key: _shown(value) for key, value in config.items() if key != "output"}
    return {key: value for key, value in tables.items() if value not in (None, {})}


def _shown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _said(value)
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return short_path(value) if isinstance(value, str) else value


def _policy(origin: Origin, source: Mapping[str, Any]) -> Any:
    return source.get("policy") or origin.training["config"].get("batch", {}).get("policy")


def _named(path: Any, origin: Origin) -> bool:
    name = str(path).partition("@")[0].partition("/")[0]
    return any(one["name"] == name for one in origin.data) or name in ("native-qa", "sample")


def _restricts(licence: str) -> bool:
    return "NC" in licence.split("-") or "-NC" in licence or "-ND" in licence or "none stated" in licence
