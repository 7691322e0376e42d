"""Two examples of every command, which end its ``--help``; a test parses each."""

EXAMPLES = {
    "demo": (
        "isoglot demo",
        "isoglot demo --output my-demo",
    ),
    "audit": (
        "isoglot audit e5-small sample/test",
        "isoglot audit openai:text-embedding-3-small my-docs --save audit.json",
    ),
    "evaluate": (
        "isoglot evaluate e5-small xquad-r mlqa-r --save results.json --html page.html",
        "isoglot evaluate e5-small xquad-r@en,de --settings mono --measure nDCG@10",
    ),
    "score": (
        "isoglot score run.trec qrels.tsv --measure nDCG@10,R@100",
        "isoglot score run.trec qrels.tsv --query-language en --save results.json",
    ),
    "compare": (
        "isoglot compare a.json b.json --margin 0.01",
        "isoglot compare a-seed1.json,a-seed2.json b-seed1.json,b-seed2.json",
    ),
    "robustness": (
        "isoglot robustness e5-small xquad-r@de,fr",
        "isoglot robustness e5-small xquad-r --perturbation keyboard --strength 0.1,0.3",
    ),
    "leaks": (
        "isoglot leaks pairs.jsonl --against xquad-r,mlqa-r",
        "isoglot leaks pairs.jsonl --against xquad-r -o clean.parquet",
    ),
    "data list": (
        "isoglot data list",
        "isoglot data list --json | jq -r '.data[].name'",
    ),
    "data show": (
        "isoglot data show xquad-r",
        "isoglot data show sample/train@en,de --items 5",
    ),
    "data fetch": (
        "isoglot data fetch mlqa-r",
        "isoglot data fetch xquad-r@en,de",
    ),
    "prepare": (
        "isoglot prepare prepare.toml",
        "isoglot prepare prepare.toml --set \"translate.to=['es']\"",
    ),
    "mine": (
        "isoglot mine pairs.parquet --with bm25 -o mined.parquet",
        "isoglot mine sample --with e5-small --relative-margin 0.01 -o mined.parquet",
    ),
    "lint": (
        "isoglot lint config.toml",
        "isoglot lint mined.parquet config.toml --set batch.policy=mixed",
    ),
    "cache list": (
        "isoglot cache list",
        "isoglot cache list | grep e5-small",
    ),
    "cache clear": (
        "isoglot cache clear --older-than 30d",
        "isoglot cache clear embeddings --yes",
    ),
    "train": (
        "isoglot train config.toml",
        "isoglot train config.toml --set batch.policy=hybrid --set output=runs/hybrid",
    ),
    "merge": (
        "isoglot merge e5-small runs/hybrid --weight 0.6 -o merged",
        "isoglot merge e5-small runs/hybrid --gain my-dev --keep xquad-r@en -o merged",
    ),
    "study": (
        "isoglot study study.toml --plan",
        "isoglot study study.toml --shard 2/4",
    ),
    "debias": (
        "isoglot debias e5-small --fit my-docs -o repaired",
        "isoglot debias e5-small --fit my-docs --kind centring -o repaired",
    ),
    "encode": (
        "isoglot encode my-docs --encoder e5-small -o shards --devices cuda:0,cuda:1",
        "isoglot encode my-docs --encoder e5-small -o shards --engine ray",
    ),
    "export": (
        "isoglot export e5-small --on my-docs -o fast-e5",
        "isoglot export e5-small --on my-docs -o fast-e5 --json",
    ),
    "index": (
        "isoglot index my-docs --encoder e5-small -o help-index",
        "isoglot index -o help-index --delete page-7,page-9 --compact",
    ),
    "search": (
        "isoglot search help-index 'Where do I change the margins?'",
        "isoglot search help-index 'Wo ändere ich die Ränder?' --dial 0.5 --collapse",
    ),
    "serve": (
        "isoglot serve help-index",
        "isoglot serve help-index --port 8080 --memory-mib 2048",
    ),
    "calibrate": (
        "isoglot calibrate help-index --text other-questions",
        "isoglot calibrate help-index --text other-questions@en,de --rate 0.01",
    ),
    "card": (
        "isoglot card runs/hybrid hybrid.json --name me/hybrid-e5",
        "isoglot card merged xquad.json mlqa.json --licence mit",
    ),
    "push": (
        "isoglot push runs/hybrid me/hybrid-e5 --dry-run",
        "isoglot push runs/hybrid me/hybrid-e5 --public",
    ),
}
"""Command -> its examples."""
