"""Thai text understood by arithmetic alone: no Django, no network, no download, no pickles.

normalise → segmentation → features → model is the classifier; training makes one and its card;
masking finds personal data; trends and forecasting are the sums behind alerts; trust says when a
suggestion may be used at all. The figures stand in docs/MODELS.md.
"""
