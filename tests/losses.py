"""What the words of a run say of updates that are lost."""

import re

LOSS = re.compile(
    r": (an|\d+) updates? (?:is|are) lost"
    r"(?:, and (one|\d+) that (?:was|were) lost (?:is|are) back)?$"
)
NUMBERS = {"an": 1, "one": 1}


def lost(sentences):
    """How many updates are lost in the end, by what some sentences say."""
    found = [match.groups("0") for one in sentences if (match := LOSS.search(one))]
    numbers = [[NUMBERS.get(word) or int(word) for word in words] for words in found]
    return sum(lost - back for lost, back in numbers)
