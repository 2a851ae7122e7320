"""The process that compares expressions: a JSON list `[truth, answer]` a line in, `true` or `false` out.

Run as `python -m agentic_gym_envs.mathfile.worker`. math-verify ends what takes too long by an alarm, which
only the main thread of a process can have.
"""

import json
import sys

SECONDS = 5


def main() -> None:
    """Answers until its input ends."""
    from math_verify import parse, verify

    for line in sys.stdin:
        truth, answer = json.loads(line)
        try:
            parsed = [parse(_marked(text), parsing_timeout=SECONDS) for text in (truth, answer)]
            equal = bool(verify(*parsed, timeout_seconds=SECONDS))
        except Exception:  # whatever an answer makes of the parser, it is not the truth
            equal = False
        print(json.dumps(equal), flush=True)


def _marked(text: str) -> str:
    """The text as LaTeX, where it is not marked as such already."""
    return text if "$" in text or "\\boxed" in text else f"${text}$"


if __name__ == "__main__":
    main()
