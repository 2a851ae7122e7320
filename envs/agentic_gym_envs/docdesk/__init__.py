"""DocDesk-v0: papers on a desk, photographed askew, whose totals have to be worked out."""
