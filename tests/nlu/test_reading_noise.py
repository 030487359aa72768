"""Reading undoes what can be undone, and damages nothing that was right."""

from itertools import zip_longest

import pytest

from nlu.examples import TRAIN, load_examples
from nlu.letters import visible_letters
from nlu.lexicon import lexicon
from nlu.segments import parted
from nlu.slips import mended
from nlu.sounds import sounded
from nlu.spelling import ONE_READING
from nlu.syllables import canonical, is_syllable
from nlu.text import read
from nlu.tokens import tokens_of
from nlu.word_counts import count_words, place_names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vowts dduwowcj", "vớt được"),
        ("no danhd con", "no đanh con"),
        ("nuwowcs nuowcs nuocws", "nước nước nước"),
        ("toio ddoois car nhaf", "tôi đối cả nhà"),
        ("bị d9a1nh", "bị đánh"),
        ("no1 bi5 d9anh1 chet61", "nó bị đánh chết"),
        ("embidanh", "em bi danh"),
        ("bịđánh hoài", "bị đánh hoài"),
        ("cứuemvới", "cứu em với"),
        ("embidanh2lan", "em bi danh 2 lan"),
        ("u ố n g h ế t thuốc", "uống hết thuốc"),
        ("c ứ u e m v ớ i", "cứu em với"),
        ("ch.ết rồi", "chết rồi"),
        ("nóooo cứuuuuu", "nó cứu"),
        ("bị đnáh hoài", "bị đánh hoài"),
        ("xuống nướt, dớt lên", "xuống nước , vớt lên"),
        ("bị bắc cóc", "bị bắt cóc"),
        ("rớt xuống 🌊", "rớt xuống nước"),
        ("ở nhà 🏠 một mình", "ở nhà một mình"),
        ("ccứu con, mááu chảy", "cứu con , máu chảy"),
        ("ðánh con", "đánh con"),
        ("bị quýnh", "bị đánh"),
        ("badangdanhmevoicon", "ba dang danh me voi con"),
        ("condangocuakhauroi", "con dang o cua khau roi"),
        ("cíuevs", "cứu em với"),
        ("nóchìmr", "nó chìm rồi"),
        ("dajdduwowcjrooif", "dạ được rồi"),
        ("be3tuoilaccho", "be 3 tuoi lac cho"),
        ("goilaitoi0900000551nha", "goi lai toi 0900000551 nha"),
        ("em bốnt", "em bốn tuổi"),
        ("nóoo chìm, tử tửuuu", "nó chìm , tử tử"),
        ("cuuuuuu", "cuu"),
        ("tui no danh em", "tụi no danh em"),
        ("con tui no khoc", "con tôi no khoc"),
        ("người lạ bế bé chạy ga đường", "người lạ bế bé chạy ra đường"),
        ("dduwowcj roofi ddc", "được rồi được"),
        ("h.ụt chân", "hụt chân"),
        ("cứy con với", "cứu con với"),
    ],
)
def test_noise_with_one_reading_is_undone(typed: str, meant: str) -> None:
    assert read(typed).full == meant


@pytest.mark.parametrize(
    "said",
    [
        "con ngồi trên ghế xem phim",
        "trái dừa nước, gốc dừa",
        "ấp2 to3 xa1",
        "nha tro so 12a khu b2",
        "chị Mari dạy bơi",
        "chờ ở moong đá",
        "e k b j",
        "tui bị trầy da, gãy tay",
        "un enfant se noie",
        "facebook tiktok camera",
        "nuốt mất tiêu, khói nhang",
        "bị vọp bẻ, chi chít sẹo",
        "minecraft volunteer translate",
    ],
)
def test_what_has_more_readings_or_is_right_keeps_its_letters(said: str) -> None:
    kept = [ONE_READING.get(word, word) for word in said.lower().replace(",", " ,").split()]

    assert read(said).full.split() == " ".join(kept).split()


def test_a_joined_word_shows_the_writers_own_spelling() -> None:
    reading = read("cô ơi EmBiDanh hoài")
    start = reading.full.index("bi danh")

    assert reading.said(start, start + len("bi danh")) == "EmBiDanh"


def test_a_picture_stands_where_it_was_put() -> None:
    assert read("nó cầm 🔪 rượt con").full == "nó cầm dao rượt con"


def test_clean_messages_are_read_as_they_stand() -> None:
    changed: list[str] = []
    tokens = 0
    for one in load_examples(TRAIN):
        if one.style != "standard" or one.lang != "vi":
            continue
        typed = [canonical(token.full) for token in tokens_of(*visible_letters(one.text))]
        typed = [part for word in typed for part in ONE_READING.get(word, word).split()]
        tokens += len(typed)
        words = [word.full for word in read(one.text).words]
        changed += [a for a, b in zip_longest(typed, words) if a != b][:1]

    assert len(changed) * 3_000 < tokens, changed


@pytest.mark.parametrize("word", ["online", "camera", "tiktok", "khong", "xyz", "banh", "a" * 70])
def test_what_is_one_word_is_not_taken_apart(word: str) -> None:
    assert parted(word) == (word,)


def test_a_slip_needs_neighbours_and_a_single_reading() -> None:
    assert mended("dnah", "bi", "con") == "danh"
    assert mended("ddnahh", "", "") == "ddnahh"
    assert mended("danh", "bi", "") == "danh"
    assert mended("qzx", "bi", "") == "qzx"


def test_a_sound_is_read_as_its_double_only_between_the_right_neighbours() -> None:
    assert sounded("bắc", "bi", "coc") == "bắt"
    assert sounded("bắc", "mien", "") == "bắc"
    assert sounded("con", "cai", "") == "con"


def test_the_words_are_known_with_their_counts() -> None:
    known = lexicon()

    assert known.count("danh") >= known.count("đánh") > 50
    assert ("bi", "danh") in known.pairs
    assert all(map(is_syllable, known.marked))
    assert not known.strangers & known.marked.keys()


def test_counting_is_repeatable_and_takes_places_as_words() -> None:
    some = load_examples(TRAIN)[:200]

    lines = count_words(some, place_names())

    assert lines == count_words(some, place_names())
    assert {line.split("\t")[0] for line in lines} == {"w", "p", "x"}
    assert any(line.startswith("w\tđốc\t") for line in lines)
