"""Labels, hashes and curves (T4), return codes (T5), sign-in, wraps and work."""

from __future__ import annotations

import itertools

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from hamn.asc1 import code, signin, work
from hamn.asc1.bytes import Malformed, Refused, hkdf_expand, hkdf_extract, pad, unpad
from hamn.asc1.code import CodeRefusal
from hamn.asc1.frame import WIRE_SIZES
from hamn.asc1.hpke import KeyRefusal, exchange, key_pair, refuse_low_order
from hamn.asc1.labels import every_label
from hamn.asc1.roster import verify_signature
from hamn.asc1.signin import Method, SignInRefusal, Wrapped, WrapPlace
from hamn.asc1.work import Purpose, WorkRefusal
from tests.asc1.world import chance

REGISTRY = {
    *(
        f"ASC1 {label}\0"
        for label in [
            "epoch",
            "confirm",
            "member",
            "export",
            "resume",
            "chain",
            "msg",
            "ck",
            "env key",
            "env commit",
            "rc id",
            "rc auth",
            "rc x25519",
            "kek prf",
            "kek rec",
            "staff auth",
            "shred row",
        ]
    ),
    *("ASC1 env\0", "ASC1 commit\0"),
    *("ASC1 kid", "ASC1 safety", "ASC1 return\0", "ASC1 recovery\0", "ASC1 wrap\0"),
    *(f"ASC1-{name}\x01" for name in ("GC", "SC", "RO", "RM", "DM", "RS", "AU")),
    "ASC1 kek v1",
}
LOW_ORDER = [
    "00" * 32,
    "01" + "00" * 31,
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


def test_the_labels_are_exactly_the_registry() -> None:
    labels = every_label()

    assert {label.decode() for label in labels} == REGISTRY
    assert len(labels) == len(REGISTRY)


def test_no_label_is_the_beginning_of_another() -> None:
    for one, other in itertools.permutations(every_label(), 2):
        assert not other.startswith(one)


def test_hkdf_as_in_rfc_5869_case_1() -> None:
    prk = hkdf_extract(bytes(range(13)), b"\x0b" * 22)
    okm = hkdf_expand(prk, bytes(range(0xF0, 0xFA)), 42)

    assert okm.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def test_x25519_as_in_rfc_7748() -> None:
    scalar = "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"
    point = "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"

    shared = exchange(bytes.fromhex(scalar), bytes.fromhex(point))

    assert shared.hex() == "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"


def test_ed25519_as_in_rfc_8032_test_1() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()

    signature = key.sign(b"")

    assert public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signature.hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065")
    assert verify_signature(public, signature, b"")
    assert not verify_signature(public, signature, b"x")


@pytest.mark.parametrize("point", LOW_ORDER)
def test_points_of_low_order_are_refused(point: str) -> None:
    with pytest.raises(Refused) as refusal:
        refuse_low_order(bytes.fromhex(point))

    assert refusal.value.reason is KeyRefusal.LOW_ORDER


def test_a_private_key_is_never_printed() -> None:
    pair = key_pair(b"\x01" * 32)

    assert "private" not in repr(pair)
    assert "\\x01\\x01" not in repr(pair)


@pytest.mark.parametrize(
    ("length", "size"), [(0, 256), (256, 256), (257, 1024), (1025, 4096), (4097, 16384)]
)
def test_the_smallest_padding_that_fits_is_used(length: int, size: int) -> None:
    assert len(pad(b"x" * length)) == size


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(Malformed):
        pad(bytes(16385))
    assert len(pad(bytes(16385), large=True)) == 65536


@pytest.mark.parametrize(("padded", "length"), [(b"a\0\1", 1), (b"a", 2)])
def test_padding_that_is_not_zeros_is_refused(padded: bytes, length: int) -> None:
    with pytest.raises(Malformed):
        unpad(padded, length)


def test_frames_have_four_sizes() -> None:
    assert WIRE_SIZES == (300, 1068, 4140, 16428)


# Return codes


def test_the_check_digits_of_the_papers_example() -> None:
    assert code.with_check("1234567890123456789012") == "123456789012345678901235"


@given(st.integers(0, 10**22 - 1))
def test_every_code_made_is_valid_with_a_check_from_02_to_98(number: int) -> None:
    digits = code.with_check(f"{number:022d}")

    assert len(digits) == 24
    assert 2 <= int(digits[22:]) <= 98
    assert code.read_digits(code.in_groups(digits)) == digits


@given(st.integers(0, 10**22 - 1), st.integers(0, 23), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: int, place: int, by: int) -> None:
    digits = code.with_check(f"{number:022d}")
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]

    with pytest.raises(Refused) as refusal:
        code.read_digits(wrong)

    assert refusal.value.reason is CodeRefusal.CHECK


@pytest.mark.parametrize(
    "typed",
    [
        "1234 5678 9012 3456 7890 1235",
        "1234-5678-9012-3456-7890-1235",
        " 1234\u00a05678\u20119012\u20133456\t78901235\n",
        "١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦ ٧٨٩٠ ١٢٣٥",
        "１２３４567890123456789012३५",
    ],
)
def test_other_scripts_spaces_and_hyphens_are_folded(typed: str) -> None:
    assert code.read_digits(typed) == "123456789012345678901235"


@pytest.mark.parametrize("typed", ["", "1235", "12345678901234567890123x", "1" * 25, "²" * 24])
def test_what_is_not_24_digits_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        code.read_digits(typed)

    assert refusal.value.reason is CodeRefusal.LENGTH


def test_bytes_of_250_and_more_are_not_made_into_digits() -> None:
    made = code.make_digits(lambda count: bytes(range(250, 256)) + bytes(range(count - 6)))

    assert made == code.with_check("0123456789012345678901")


def test_leading_zeros_count() -> None:
    with_zero = code.derive("0" * 22 + "97", "stod", iterations=1)

    assert with_zero.id != code.derive("97", "stod", iterations=1).id


# Sign-in and wraps


ROOT = b"\x60" * 32
ORIGIN = "https://jour.example"
ASKED = signin.challenge(ORIGIN, "alm", Method.DIGITS, nonce=b"\x01" * 32, issued=1000)


def sign_in_refused(asked: signin.Challenge, signature: bytes, minute: int = 1000) -> object:
    with pytest.raises(Refused) as refusal:
        signin.check(
            asked,
            signature,
            public=signin.auth_public(ROOT, Method.DIGITS),
            origin_hashes={ASKED.origin_hash},
            minute=minute,
        )
    return refusal.value.reason


@pytest.mark.parametrize("minute", [998, 1000, 1002])
def test_a_good_answer_signs_in_within_two_minutes(minute: int) -> None:
    signin.check(
        ASKED,
        signin.sign(ASKED, ROOT),
        public=signin.auth_public(ROOT, Method.DIGITS),
        origin_hashes={ASKED.origin_hash},
        minute=minute,
    )

    for late in (997, 1003):
        signature = signin.sign(ASKED, ROOT)
        assert sign_in_refused(ASKED, signature, late) is SignInRefusal.TIME


def test_an_answer_given_at_another_origin_is_refused() -> None:
    evil = signin.challenge(
        "https://evil.example", "alm", Method.DIGITS, nonce=b"\x01" * 32, issued=1000
    )

    assert sign_in_refused(evil, signin.sign(evil, ROOT)) is SignInRefusal.ORIGIN


@pytest.mark.parametrize(
    "other",
    [
        signin.challenge(ORIGIN, "alm", Method.DIGITS, nonce=b"\x02" * 32, issued=1000),
        signin.challenge(ORIGIN, "elm", Method.DIGITS, nonce=b"\x01" * 32, issued=1000),
        signin.challenge(ORIGIN, "alm", Method.PASSKEY, nonce=b"\x01" * 32, issued=1000),
        signin.challenge(ORIGIN, "alm", Method.DIGITS, nonce=b"\x01" * 32, issued=1001),
    ],
)
def test_an_answer_to_another_question_is_refused(other: signin.Challenge) -> None:
    assert sign_in_refused(ASKED, signin.sign(other, ROOT)) is SignInRefusal.SIGNATURE


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("alm", True),
        ("a-b.c_9", True),
        ("a", False),
        ("Alm", False),
        ("x" * 33, False),
        ("åsa", False),
    ],
)
def test_login_names_have_one_form(name: str, good: bool) -> None:
    assert signin.is_login_name(name) is good


def test_a_root_from_digits_depends_on_service_and_name() -> None:
    made = {
        signin.root_from_digits("1" * 24, service=service, name=name, iterations=1)
        for service, name in (("a", "bc"), ("ab", "c"), ("a", "bd"))
    }

    assert len(made) == 3


PLACE = WrapPlace(7, Wrapped.BK, Method.NONE, 3, b"\x05" * 8)


def test_a_wrap_opens_only_with_its_key_in_its_place() -> None:
    wrapped = signin.wrap(b"\x09" * 32, ROOT, PLACE, chance(1))
    elsewhere = [
        WrapPlace(8, Wrapped.BK, Method.NONE, 3, b"\x05" * 8),
        WrapPlace(7, Wrapped.EK, Method.NONE, 3, b"\x05" * 8),
        WrapPlace(7, Wrapped.BK, Method.DIGITS, 3, b"\x05" * 8),
        WrapPlace(7, Wrapped.BK, Method.NONE, 4, b"\x05" * 8),
        WrapPlace(7, Wrapped.BK, Method.NONE, 3, b"\x06" * 8),
    ]

    assert signin.unwrap(wrapped, ROOT, PLACE) == b"\x09" * 32
    for key, place in ((b"\x61" * 32, PLACE), *((ROOT, other) for other in elsewhere)):
        with pytest.raises(Refused) as refusal:
            signin.unwrap(wrapped, key, place)
        assert refusal.value.reason is SignInRefusal.WRAP
    with pytest.raises(Malformed):
        signin.unwrap(wrapped[:-1], ROOT, PLACE)


# Work


KEY = b"\x70" * 32
PUZZLE = work.make(KEY, Purpose.CHAT, chance(1), candidates=20, expires=1000, cost=2)
ANSWER = work.solve(PUZZLE)


def work_refused(
    challenge: bytes = PUZZLE,
    answer: bytes = ANSWER,
    *,
    purpose: Purpose = Purpose.CHAT,
    minute: int = 1000,
    used: frozenset[bytes] = frozenset(),
) -> object:
    with pytest.raises(Refused) as refusal:
        work.check(challenge, answer, work_key=KEY, purpose=purpose, minute=minute, used=used)
    return refusal.value.reason


def test_work_done_is_accepted_until_it_expires() -> None:
    puzzle = work.check(
        PUZZLE, ANSWER, work_key=KEY, purpose=Purpose.CHAT, minute=1000, used=frozenset()
    )

    assert len(PUZZLE) == 91
    assert (puzzle.cost, puzzle.candidates) == (2, 20)
    assert work_refused(minute=1001) is WorkRefusal.EXPIRED


def test_work_spliced_replayed_or_guessed_is_refused() -> None:
    other = work.make(KEY, Purpose.CODE, chance(2), candidates=20, expires=1000, cost=2)
    cheaper = PUZZLE[:16] + b"\0\0\0\1" + PUZZLE[20:]

    assert work_refused(PUZZLE[:27] + other[27:]) is WorkRefusal.MAC
    assert work_refused(cheaper) is WorkRefusal.MAC
    assert work_refused(other, work.solve(other)) is WorkRefusal.PURPOSE
    assert work_refused(used=frozenset({PUZZLE[:16]})) is WorkRefusal.USED
    assert work_refused(answer=bytes(32)) is WorkRefusal.ANSWER
    assert work_refused(PUZZLE[:-1]) is WorkRefusal.LENGTH
    assert work_refused(answer=ANSWER + b"x") is WorkRefusal.LENGTH


def test_a_puzzle_without_an_answer_is_given_up() -> None:
    unsolvable = PUZZLE[:27] + bytes(32) + PUZZLE[59:]

    with pytest.raises(Refused) as refusal:
        work.solve(unsolvable)

    assert refusal.value.reason is WorkRefusal.ANSWER


@pytest.mark.parametrize("most", [0, 1, 200, 5000, 65535])
def test_the_candidate_drawn_lies_within_its_bounds(most: int) -> None:
    drawn = {work.uniform(most, chance(seed)) for seed in range(50)}

    assert max(drawn) <= most
    assert len(drawn) > 1 or most == 0
