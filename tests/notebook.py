"""A notebook's cells, which tests/test_public.py runs: nothing but the public names."""

import isoglot

encoder = isoglot.load_encoder(ENCODER)  # noqa: F821
collection = isoglot.load_collection("sample/test")
options = isoglot.EvaluationOptions(measures=["AP", "nDCG@10"], draws=50)

# What does it do in a pool of several languages?
audit = isoglot.audit(encoder, collection, options=options)
print(audit)

# Its vectors away from their languages, without training
debiasing = isoglot.debias(
    encoder, "sample/train", options=isoglot.DebiasOptions(choice=isoglot.Choice(kind="centring"), least=10)
)
debiasing.save(FOLDER / "debiased")  # noqa: F821

# Is it better, and how sure is that?
after = isoglot.evaluate(FOLDER / "debiased", collection, options=options)  # noqa: F821
comparison = isoglot.compare(audit, after, options=isoglot.CompareOptions(draws=50))
frame = comparison.to_frame()
print(frame[frame.cell == "all"][["table", "name", "a", "b", "difference"]])
print(after.to_frame(per_query=True).groupby(["table", "name"]).value.mean())
