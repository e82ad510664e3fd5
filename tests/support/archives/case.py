"""One case: octets, and what a walk through them has to say (tests/unit/engines/listing_test.c)."""
import dataclasses


@dataclasses.dataclass
class Case:
    name: str  # begins with the clause of spec/engine-attachment.md
    octets: bytes
    format: str = 'zip'
    state: str = 'whole'
    cap: str = '-'
    odd: str = '-'  # oddities, separated by commas, in the order of the enum
    # level:name[|other name][/flags], separated by blanks: e encrypted, d folder, l link, h head only,
    # n nothing of it; without flags the whole content. A number: that many. -: none
    entries: str = '-'
