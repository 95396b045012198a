"""From values to what a site says: the mask projected once to a set of protections, with conditions and reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapproof.absint.bits import Bits
from mapproof.absint.constraint import listed, specialize
from mapproof.absint.values import Anything, BaseKind, NeedKind, Number, Pointer, bits_of
from mapproof.model.condition import FALSE, Condition
from mapproof.model.platform import asks_for_two_systems
from mapproof.model.protection import ALL, Prot, ProtSet
from mapproof.model.site import MapFlags, Maybe, Openness, Sharing
from mapproof.model.verdict import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mapproof.absint.values import Leaf, Trace, Value
    from mapproof.model.callee import Encoding

MAP_SHARED, MAP_PRIVATE, MAP_SHARED_VALIDATE, MAP_TYPE, MAP_ANONYMOUS = 0x01, 0x02, 0x03, 0x0F, 0x20
"""Linux ``include/uapi/linux/mman.h`` and ``asm-generic/mman-common.h``."""


@dataclass(slots=True)
class Masks:
    """All masks one argument may be, over every context: numbers with their build conditions, and what is unknown."""

    numbers: dict[int, Condition] = field(default_factory=dict)
    traces: dict[int, Trace] = field(default_factory=dict)
    partial: dict[Leaf, Condition] = field(default_factory=dict)
    few: dict[Leaf, frozenset[int]] = field(default_factory=dict)
    """For an unknown word that can only be one of a few numbers, those."""
    told_apart: dict[int, Leaf] = field(default_factory=dict)
    """For a number that is only one of all those which an unknown word can be, that word."""
    presence: Condition = FALSE
    of_two_systems: bool = False
    """Whether a value was left out because only builds for two operating systems at once have it."""

    def add(self, value: Value, path: Condition) -> None:
        """Take in the argument's value where ``path`` holds."""
        self.presence |= path.build_part()
        for leaf, condition in value:
            here = condition & path
            if not here.satisfiable:
                continue
            when = here.build_part()
            if asks_for_two_systems(when):
                self.of_two_systems = True
                continue
            known = specialize(leaf, here, value.size)
            if isinstance(known, Number):
                word = known.value & 0xFFFF_FFFF
                self.numbers[word] = self.numbers.get(word, FALSE) | when
                if known.needs or known.causes:
                    self.told_apart.setdefault(word, Anything(Bits(value.size), None, known.needs, known.causes))
                if known.trace is not None:
                    self.traces.setdefault(word, known.trace)
            else:
                self._add_partial(known, here, when, value.size)

    def _add_partial(self, leaf: Leaf, here: Condition, when: Condition, size: int) -> None:
        causes = leaf.causes if isinstance(leaf, Anything) else frozenset()
        needs = leaf.needs if isinstance(leaf, Anything | Pointer) else frozenset()
        plain = Anything(bits_of(leaf, size), None, needs, causes)
        few = listed(leaf, here, size) if isinstance(leaf, Anything) else None
        if plain not in self.partial:
            if few is not None:
                self.few[plain] = few
        elif few is None or plain not in self.few:
            self.few.pop(plain, None)
        else:
            self.few[plain] |= few
        self.partial[plain] = self.partial.get(plain, FALSE) | when

    @property
    def finite(self) -> tuple[int, ...] | None:
        """The masks, rising, when all are known."""
        return None if self.partial else tuple(sorted(self.numbers))


@dataclass(frozen=True, slots=True)
class Projection:
    """A site's protections, each with its build condition, and why there may be more."""

    protections: ProtSet
    conditions: tuple[tuple[Prot, Condition], ...]
    open_because: tuple[Openness, ...]


def protections_of(masks: Masks, encoding: Encoding) -> Projection:
    """Decode every mask; an unknown mask may be any that its known bits allow."""
    when: dict[Prot, Condition] = {}
    reasons: dict[Openness, None] = {}
    for mask, condition in masks.numbers.items():
        decoded = encoding.decode(mask)
        if decoded == ALL and len(decoded) > 1:
            detail = f"mask {mask:#x} spells no documented protection"
            reasons[Openness(Reason.UNKNOWN_MASK, detail, "name the protection it stands for")] = None
        _add(when, decoded, condition)
        if mask in masks.told_apart and decoded.may_execute:
            reasons.update(dict.fromkeys(openness_of(masks.told_apart[mask])))
    for leaf, condition in masks.partial.items():
        bits = bits_of(leaf, leaf.bits.size if isinstance(leaf, Anything) else 8)
        if leaf in masks.few:
            decoded = ProtSet()
            for mask in masks.few[leaf]:
                decoded |= encoding.decode(mask & 0xFFFF_FFFF)
        else:
            decoded = encoding.decode_known_bits(bits.ones, bits.zeros)
        _add(when, decoded, condition)
        if decoded.may_execute:
            for openness in openness_of(leaf):
                reasons[openness] = None
    conditions = tuple(
        (prot, when[prot].given(masks.presence))
        for prot in sorted(when)
        if when[prot].given(masks.presence) is not FALSE
    )
    return Projection(ProtSet.of(when), conditions, tuple(sorted(reasons, key=lambda o: (o.reason, o.detail))))


def _add(when: dict[Prot, Condition], protections: Iterable[Prot], condition: Condition) -> None:
    for prot in protections:
        when[prot] = when.get(prot, FALSE) | condition


def openness_of(leaf: Leaf) -> list[Openness]:
    """Why a word is not known."""
    if isinstance(leaf, Anything) and leaf.causes:
        causes = sorted(leaf.causes, key=lambda cause: (cause.reason, cause.detail))
        return [Openness(cause.reason, cause.detail, cause.remedy) for cause in causes]
    needs = sorted(leaf.needs, key=str) if isinstance(leaf, Anything | Pointer) else []
    if not needs:
        return [Openness(Reason.LIMIT, "arithmetic on it is not followed exactly")]
    return [Openness(Reason.LIMIT, f"it depends on {describe(leaf)}, which was not followed")]


def describe(leaf: Leaf) -> str:
    """A leaf in words: ``-1``, ``field hShm``, ``parameter 2``."""
    if isinstance(leaf, Number):
        return str(
            leaf.value - (1 << 64)
            if leaf.value >> 63
            else leaf.value - (1 << 32)
            if leaf.value == 0xFFFF_FFFF
            else leaf.value
        )
    if isinstance(leaf, Pointer):
        names = {BaseKind.REGION: "mapped region", BaseKind.UNKNOWN: "address"}
        return f"{names.get(leaf.base.kind, leaf.base.kind)} {leaf.base.name.rpartition('::')[2]}".strip()
    words: list[str] = []
    for need in sorted(leaf.needs, key=str):
        if need.kind is NeedKind.POINTEE:
            continue
        if need.kind is NeedKind.PARAMETER:
            words.append(f"parameter {need.index + 1}")
        elif need.kind is NeedKind.CELL:
            member = next((e for e in reversed(need.path) if isinstance(e, str)), "")
            words.append(f"field {member}" if member else f"object {need.symbol.rpartition('::')[2]}")
        else:
            words.append("result of a call")
    return " or ".join(words) or "unknown"


def flags_of(masks: Masks, *, known: bool) -> MapFlags:
    """POSIX mapping flags: which sharing, anonymous or not (Linux values, mmap(2))."""
    sharing: set[Sharing] = set()
    anonymous: set[bool | None] = set()
    for mask in masks.numbers:
        kind = mask & MAP_TYPE
        if kind in {MAP_SHARED, MAP_SHARED_VALIDATE}:
            sharing.add(Sharing.SHARED)
        else:
            sharing.add(Sharing.PRIVATE if kind == MAP_PRIVATE else Sharing.UNKNOWN)
        anonymous.add(bool(mask & MAP_ANONYMOUS))
    for leaf in masks.partial:
        bits = bits_of(leaf, leaf.bits.size if isinstance(leaf, Anything) else 8)
        sharing |= _possible_sharing(bits.ones, bits.zeros)
        anonymous.add(True if bits.ones & MAP_ANONYMOUS else False if bits.zeros & MAP_ANONYMOUS else None)
    if not known or not sharing:
        return MapFlags(None, (Sharing.UNKNOWN,), Maybe.MAY)
    certain = Maybe.ALWAYS if anonymous == {True} else Maybe.NEVER if anonymous == {False} else Maybe.MAY
    return MapFlags(masks.finite, tuple(sorted(sharing)), certain)


def _possible_sharing(ones: int, zeros: int) -> set[Sharing]:
    if ones & MAP_SHARED:
        return {Sharing.SHARED}
    if ones & MAP_PRIVATE and zeros & MAP_SHARED:
        return {Sharing.PRIVATE}
    return {Sharing.UNKNOWN}
