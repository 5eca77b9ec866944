#!/usr/bin/env python3.12
"""Ask CPython for the text forms that package pytext imitates.

    python3.12 generate.py                the files that are committed, in place
    python3.12 generate.py DIR SEED COUNT  COUNT random cases of each kind in DIR

Every line of a file is a case. Where Django has the rule and not Python, the
rule is written out here once more, in Python's own regular expressions.
"""

import datetime
import ipaddress
import json
import os
import random
import re
import stringprep
import struct
import sys
import unicodedata
from urllib.parse import parse_qs, parse_qsl, urlencode

HERE = os.path.dirname(os.path.abspath(__file__))


class Untold(Exception):
    """A case that pytext does not promise to treat like Python."""


# strings: repr(), str.strip(), len()

STRINGS = [
    "", "plain", "it's", 'say "so"', "it's \"so\"", "''", '""', "\\", "\\'", "\n\r\t", "\0\x01\x1f\x7f", "\x80\x85\xa0\xad\xff", "é日本😀",
    "\ud800", "a\udfffb", "\ude00\ud83d", "\u200b\u2028\u2029\ufeff\ufffd\uffff", "\U000e0001\U0010ffff\U000f0000", "  x  ", "\x1c\x1d\x1e\x1fx\x1f",
    "\u3000x\u2003", "\x85x\xa0", "\u180ex\u180e", "\u200bx\u200b", "\n", " \t\n\r\x0b\x0c", "x\u2028", "\ufeffx", "e\u0301", "\u0301", "\ud800 ", " \udc00",
    "<a href='x'>", "{}", "%s", "\x00", "\U0001f469\u200d\U0001f4bb", "\u0378\u2065",
]
# Everything that is never printed but unassigned code points, and as many that are.
STRINGS += [chr(c) for c in range(0x3100) if unicodedata.category(chr(c)) in ("Cc", "Cf", "Zs", "Zl", "Zp")]
STRINGS += ["".join(chr(c) for c in range(start, start + 64) if unicodedata.category(chr(c)) != "Cn") for start in range(0xA0, 0x3100, 0x340)]
STRINGS += ["\u00ac\u00ae\u034f\u0600\u06dd\u070f\u08e2\u180e", "\U000110bd\U000110cd\U00013430\U0001bca0\U0001d173\U000e0020", "\ue000\uf8ff\U00100000"]

# integers: int()

INTEGERS = [
    "0", "1", "-1", "+1", "007", "-0", "+-1", "--1", "- 1", "1 ", " 1", "\t1\n", "\x0b1\x0c", "\x1c1", "1\x1f", "\x851\xa0", "\u20031\u3000", "\u200b1", "", " ", "-", "+", "_", "1_0",
    "1__0", "_1", "1_", "-_1", "1_000_000", "1.0", "1e3", "0x10", "0b1", "0o7", "1,000", "١٢٣", "१२", "１２", "𝟙𝟚𝟛", "²", "Ⅷ", "½", "一", "1١", "1\x00", "\ud800", "1\ud800", "True", "None",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1" * 4300, "1" * 4301, "-" + "1" * 4300, "0" * 4301, "1_" * 2500 + "1",
    "1" * 4300 + " ", "９" * 30, "−1", "٠", "+٣",
] + [script[:10] for script in [
    "".join(chr(c + d) for d in range(10)) for c in range(sys.maxunicode - 9)
    if unicodedata.decimal(chr(c), -1) == 0
]]

# query strings: QueryDict, urlencode

QUERIES = [
    "", "a=1", "a=1&b=2", "b=2&a=1", "a=1&a=2", "b=1&a=1&b=2", "a", "a=", "=", "=a", "&", "&&a=1&&", "a=1&", "a=b=c", "a==", "a=1;b=2", "a+b=c+d", "a%20b=c%20d", "a=%2B", "%3D=%26",
    "a=%", "a=%4", "a=%zz", "a=%4g", "a=%41%", "a=%u0041", "a=%c3%a9", "a=%C3%A9", "a=%c3", "a=%a9", "a=%c3%c3", "a=%e2%82", "a=%e2%82x", "a=%e2%82%ac", "a=%ff%fe", "a=%ed%a0%80",
    "a=%ed%a0", "a=%f0%9f%98", "a=%f0%9f%98%80", "a=%f0%28%8c", "a=%00", "a=%0a%0d", "a=é", "é=日", "a=%c3é", "a=%e2%82é", "a= b", "a=b#c", "a=/?:@!$'()*,;", "a=-._~", "a=<>\"`{}|\\^",
    "a[0]=x&a[1]=y", "limit=10&offset=20", "offset=20&limit=10&search=x%20y", "order=-joined_at&limit=2", "a=1&A=2&_=3", "é=1&z=2&a=3", "after=2024-01-01T00:00:00+00:00", "a=%F0%9F%98%80&b=%EF%BF%BD",
    "😀=1&\uffff=2&\U00010000=3",
]
RAW_QUERIES = [b"a=\xff", b"a=\xe9&b=\xc3\xa9", b"\xe9=%e9", b"a=\xc3", b"a=%c3\xa9", b"a=+\xff+"]

# dates and times

DATETIMES = [
    "2024-01-02", "2024-01-02T03:04", "2024-01-02T03:04:05", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05z", "2024-01-02t03:04:05Z", "2024-01-02 03:04:05", "2024-01-02_03:04", "2024-01-02é03:04",
    "2024-01-02T", "2024-01-02é", "2024-01-02T03", "2024-01-02T03Z", "2024-01-02T3:4", "2024-1-2", "2024-1-2T3:4", "2024-1-2 3:4:5.6Z", "2024-1-2 3:4:5.1234567890123", "2024-1-2T3:4 +01", "24-01-02", "2024-1-2T3",
    "2024-01-02T03:04:05.6", "2024-01-02T03:04:05,6", "2024-01-02T03:04:05.123456", "2024-01-02T03:04:05.1234567", "2024-01-02T03:04:05.1234567890123Z", "2024-01-02T03:04:05.", "2024-01-02T03:04.5", "2024-01-02T03.5",
    "2024-01-02T03:04:05+01:00", "2024-01-02T03:04:05-01:30", "2024-01-02T03:04:05+0130", "2024-01-02T03:04:05+01", "2024-01-02T03:04:05+1", "2024-01-02T03:04:05+01:0", "2024-01-02T03:04:05+01:02:03", "2024-01-02T03:04:05+01:02:03.5",
    "2024-01-02T03:04:05 +01:00", "2024-01-02T03:04:05 Z", "2024-01-02T03:04:05  Z", "2024-01-02T03:04:05 01:00", "2024-01-02T03:04:05\u2003-02:00", "2024-01-02T03:04:05 ", " 2024-01-02 ", "\u30002024-01-02\n", "2024-01-02T03:04:05Z\n", "2024-01-02T03:04:05Zx",
    "2024-01-02T03:04:05+23:59", "2024-01-02T03:04:05+24:00", "2024-01-02T03:04:05-24:00", "2024-01-02T03:04:05+01:99", "2024-01-02T03:04:05+99:99", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05-00:00",
    "20240102", "20240102T030405", "20240102T030405Z", "20240102T030405.5+0100", "20240102T0304", "20240102T03", "20240102030405", "2024-01-02T0304", "2024-01-02T030405", "2024-01-02T03:0405", "2024-01-02T0304:05", "2024-0102", "202401-02", "2024-01",
    "2024-W01", "2024-W01-1", "2024-W01-7", "2024-W01-8", "2024-W01-0", "2024-W00", "2024-W52", "2024-W53", "2020-W53", "2020-W53-7", "2024W01", "2024W011", "2024W01T03", "2024W011T03", "2024W01103", "2024W0110304", "2024W0120304", "2024-W01T03:04", "2024-W01-1T03:04",
    "2024-W01-03", "2024-W01-0304", "2024-W01-", "2024-W01-x", "2024-w01", "2024W1", "2024-W1-1", "0001-W01-1", "9999-W52-7", "9999-W53", "2024-001", "2024001", "2024-366",
    "2024-02-29", "2023-02-29", "2100-02-29", "2000-02-29", "2024-02-30", "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", "0000-01-01", "0001-01-01", "9999-12-31T23:59:59.999999Z", "10000-01-01", "-2024-01-01",
    "2024-01-02T24:00", "2024-01-02T23:60", "2024-01-02T23:59:60", "2024-1-2T24:0", "2024-1-2T23:60", "2024-1-2 3:4:60", "2024-1-2 3:4+24:00", "٢٠٢٤-٠١-٠٢", "٢٠٢٤-٠١-٠٢T٠٣:٠٤", "2024-01-02T03:04:٠٥+٠١:٠٠", "2024-01-02T03:04:05+-1:00",
    "", " ", "now", "today", "2024", "1704164645", "2024-01-02T03:04:05[UTC]", "2024-01-02T03:04:05 UTC", "Tue, 02 Jan 2024 03:04:05 GMT", "01/02/2024", "2024/01/02", "2024-01-02T03:04:05+01:00Z", "2024-01-02Z", "2024-01-02+01:00", "2024-01-02T+01:00",
    "2024-01-02-03:04", "2024-01-02+03:04", "2024-01-02Z03:04", "2024-01-0203:04", "2024-01-02\ud80003:04", "2024-01-02T03:04:05-0130", "2024-1-2T3:4-0130", "2024-1-2T3:4-013", "2024-1-2T3:4 -01:30",
]

# e-mail addresses

EMAILS = [
    "a@b.co", "a@b", "a@b.c", "@b.co", "a@", "a", "", "@", "a@@b.co", "a@b@c.co", "a b@c.co", " a@b.co", "a@b.co ", "a@b.co\n", "A@B.CO", "a.b@c.co", ".a@b.co", "a.@b.co", "a..b@c.co", "a@b..co", "a@.co", "a@b.co.", "a@b.-co", "a@b.co-", "a@-b.co", "a@b-.co",
    "a@b--c.co", "a@1.23", "a@1.2.3.4", "a@b_c.co", "a@b.c_d", "a@b.co1", "a@b.1o", "a@b.--", "a@b.-1", "!#$%&'*+-/=?^_`{|}~@b.co", "a(b@c.co", "a,b@c.co", "a:b@c.co", "a;b@c.co", "a<b@c.co", "a[b@c.co", "a\\b@c.co", 'a"b@c.co', "é@b.co", "日本@b.co", "a\x00@b.co",
    '"a"@b.co', '""@b.co', '"a b"@c.co', '"a\\ b"@c.co', '"a@b"@c.co', '"a\\"b"@c.co', '"a"b"@c.co', '"a\\"@c.co', '"a\\\\"@c.co', '"\t"@c.co', '"\\\t"@c.co', '"\n"@c.co', '"\\\n"@c.co', '"\\\r"@c.co', '"\x01\x08\x0b\x0c\x0e\x1f\x7f"@c.co', '"\x00"@c.co', '"\\\x00"@c.co', '"é"@c.co', '"\\é"@c.co', '"(),:;<>[]"@c.co', '"a".b@c.co', '"@c.co',
    "a@localhost", "a@LOCALHOST", "a@localhost.", "a@x.localhost", "a@[127.0.0.1]", "a@[127.0.0.256]", "a@[127.0.0]", "a@[127.0.0.01]", "a@[::1]", "a@[::]", "a@[2001:db8::1]", "a@[2001:DB8::1]", "a@[2001:db8::g]", "a@[1:2:3:4:5:6:7:8]", "a@[1:2:3:4:5:6:7:8:9]", "a@[1:2:3:4:5:6:7::]",
    "a@[::ffff:1.2.3.4]", "a@[1.2.3.4::]", "a@[IPv6:::1]", "a@[fe80::1%eth0]", "a@[fe80::1%1]", "a@[]", "a@[", "a@]", "a@127.0.0.1", "a@[127.0.0.1].co", "a@[12345::]", "a@[1::2::3]", "a@[:::]", "a@[127.0.0.1", "a@[００.0.0.1]", "a@[１.2.3.4]",
    "a@" + "b" * 63 + ".co", "a@" + "b" * 64 + ".co", "a@b." + "c" * 63, "a@b." + "c" * 64, "a" * 64 + "@b.co", "a" * 65 + "@b.co", "a" * 315 + "@b.co", "a" * 316 + "@b.co", "a@" + "b." * 150 + "co", "a@" + "b." * 160 + "co", "é" * 316 + "@b.co",
    "a@bücher.de", "a@BÜCHER.DE", "a@straße.de", "a@пример.рф", "a@пример.рф.", "a@例え.テスト", "a@例え。テスト", "a@例え．テスト", "a@例え｡テスト", "a@💩.la", "a@b.💩", "a@ﬁ.com", "a@ⓐ.com", "a@Ⅷ.com", "a@é", "a@é.c", "a@.é", "a@é..co", "a@é.", "a@é.-co", "a@é.co-", "a@" + "é" * 60 + ".de", "a@" + "é" * 20 + ".de",
    "a@b\u00adc\u00e9.de", "a@\u00ad.de", "a@b\u200bé.de", "a@é b.de", "a@é\u00a0b.de", "a@é_b.de", "a@\u0627\u0628.com", "a@a\u0627.com", "a@\u0627a\u0627.com", "a@\u05d0\u05d1.co.il", "a@\u05d01.co.il", "a@1\u05d0.co.il", "a@\ufffd.com", "a@\ue000.com", "a@\ud800.com", "\ud800@a.com", "a@xn--bcher-kva.de", "a@xn--.de", "a@xn--é.de", "a@xn--a.é", "a@é!.de",
    "a@b.\u017f\u017f", "a@\u212a.co", "\u017f@b.co", "\u212a@b.co", "\u0130@b.co", "\u0131@b.co", "a@\u0130.co", "a@b.\u0131\u0131", '"\u212a"@b.co', '"\u017f\u0130\u0131"@b.co', "ß@b.co", "a@ß.co", "a@\u2488a.co", "a@ａ.ｃｏ", "ａ@b.co",
    "grace.hopper@understudy.example.com", "o'brien+tag@sub.domain.example", "user%name@example.museum", "1@1.io", "-@b.co", "_@b.co", "a@b.co?subject=x", "mailto:a@b.co", "A <a@b.co>", "a@b.co,c@d.co",
]

ATOM = r"[A-Z0-9!#$%&'*+/=?^_`{|}~-]+"
DOTTED_ATOMS = re.compile(rf"{ATOM}(?:\.{ATOM})*", re.I)
QUOTED = re.compile(r'"(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x21\x23-\x5b\x5d-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*"', re.I)
LABEL = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?", re.I)
TOP_LABEL = re.compile(r"[A-Z0-9-]{1,62}[A-Z0-9]", re.I)
LITERAL = re.compile(r"\[[A-F0-9:.]+\]", re.I)
LOOSE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?\s*(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?"
)
# Python lets a stray character before a zone or a fraction pass, and forgets the
# fraction of a zone without seconds; pytext does not.
CLOCK = r"\d\d(?:(?::\d\d){0,2}|(?:\d\d){0,2})(?:[.,]\d+)?"
DATE = r"\d{4}-\d\d-\d\d|\d{8}|\d{4}-W\d\d(?:-\d(?!\d))?|\d{4}W\d{2,3}"
TIDY = re.compile(rf"(?:{DATE})(?:.{CLOCK}(?:Z|[+-](?!00(?::?00)*[.,]){CLOCK})?)?", re.S)


def in_utc(moment):
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    try:
        return moment.astimezone(datetime.timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError:  # before year 1 or after 9999
        raise Untold


def datetime_case(text):
    stripped = text.strip()
    try:
        moment = datetime.datetime.fromisoformat(stripped)
    except ValueError:
        return {"text": text, "utc": loose(stripped)}
    if not TIDY.fullmatch(stripped) and loose(stripped) != in_utc(moment):
        raise Untold
    return {"text": text, "utc": in_utc(moment)}


def loose(text):
    if not (match := LOOSE.fullmatch(text)):
        return None
    *fields, fraction, utc, sign, hours, minutes = match.groups()
    zone = None
    try:
        if utc:
            zone = datetime.timezone.utc
        elif sign:
            offset = datetime.timedelta(hours=int(hours), minutes=int(minutes or 0))
            zone = datetime.timezone(-offset if sign == "-" else offset)
        year, month, day, hour, minute, second = (int(field or 0) for field in fields)
        return in_utc(datetime.datetime(year, month, day, hour, minute, second, int((fraction or "").ljust(6, "0")), tzinfo=zone))
    except ValueError:
        return None


def valid_domain(domain):
    if LITERAL.fullmatch(domain):
        try:
            ipaddress.ip_address(domain[1:-1])
            return True
        except ValueError:
            return False
    *labels, top = domain.split(".")
    return bool(labels) and all(LABEL.fullmatch(label) for label in labels) and bool(TOP_LABEL.fullmatch(top))


def check_told(domain):
    """IDNA 2003 and its successor differ on letters that hold a dot, on digits behind Hebrew or Arabic, and on a false xn--."""
    for label in domain.split("."):
        if not label.isascii() and re.match("xn--", label, re.I):
            raise Untold
        rtl = [stringprep.in_table_d1(letter) for letter in label]
        if label.isascii() or not any(rtl) and "." not in unicodedata.normalize("NFKC", label.replace("\uff0e", "")):
            continue
        if not rtl[-1] or not any(rtl):
            raise Untold


def email_case(text):
    valid = False
    if "@" in text and len(text) <= 320:
        local, domain = text.rsplit("@", 1)
        if DOTTED_ATOMS.fullmatch(local) or QUOTED.fullmatch(local):
            valid = domain == "localhost" or valid_domain(domain)
            if not valid:
                check_told(domain)
                try:
                    valid = valid_domain(domain.encode("idna").decode("ascii"))
                except UnicodeError:
                    pass
    return {"text": text, "valid": valid}


def string_case(text):
    if re.search("[\ud800-\udbff][\udc00-\udfff]", text):
        raise Untold  # JSON makes one character of a pair
    return {"text": text, "repr": repr(text), "strip": text.strip(), "len": len(text)}


def integer_case(text):
    try:
        return {"text": text, "int": str(int(text))}
    except ValueError:
        return {"text": text, "int": None}


def query_case(raw):
    """What QueryDict reads, and what the framework's links make of it."""
    try:
        text, known = raw.decode(), {"raw": raw.decode()}
    except UnicodeDecodeError:
        text, known = raw.decode("latin-1"), {"hex": raw.hex()}
    pairs = parse_qsl(text, keep_blank_values=True)
    return known | {"pairs": pairs, "encoded": urlencode(sorted(parse_qs(text, keep_blank_values=True).items()), doseq=True)}


def float_case(number):
    return {"repr": repr(number)}


FLOATS = [
    0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, 100.0, 123456.789, 1e15, 1e16, 1e17, 1e22, 1e23, 1e100, 1e308, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, 1e-4, 0.00012, 1e-5, 9.999e-5, 1.5e-7, 1e-10,
    9999999999999998.0, 9999999999999999.0, 1234567890123456.7, 12345678901234567.0, 3.141592653589793, 2 / 3, 1e21, 4.35, 0.1 + 0.2, float("inf"), float("-inf"), float("nan"),
]


def mutated(rng, texts):
    text = list(rng.choice([t for t in texts if len(t) < 100]))
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(text))
        kind = rng.randrange(4)
        if kind == 0:
            del text[at : at + rng.randint(1, 3)]
        elif kind == 1:
            text[at:at] = rng.choice([t for t in texts if len(t) < 100])[:6]
        elif kind == 2:
            text[at : at + 1] = rng.choice("0123456789:.-+TWZ @\"\\%&=_[] ")
        else:
            text[at : at + 1] = rng.choice(rng.choice(texts) or "0")
    return "".join(text)


def as_query(text):
    return text.encode("utf-8", "replace")


KINDS = {
    "strings": (STRINGS, string_case, str),
    "integers": (INTEGERS, integer_case, str),
    "queries": (QUERIES, query_case, as_query),
    "datetimes": (DATETIMES, datetime_case, str),
    "emails": (EMAILS, email_case, str),
}


def write(folder, name, cases, ask):
    with open(os.path.join(folder, name + ".jsonl"), "w") as file:
        for given in cases:
            try:
                file.write(json.dumps(ask(given)) + "\n")
            except Untold:
                pass


def main():
    if len(sys.argv) == 4:
        folder, rng, count = sys.argv[1], random.Random(int(sys.argv[2])), int(sys.argv[3])
        for name, (texts, ask, form) in KINDS.items():
            write(folder, name, [form(mutated(rng, texts)) for _ in range(count)], ask)
        bits = [rng.getrandbits(64).to_bytes(8, "little") for _ in range(count)]
        write(folder, "floats", [struct.unpack("<d", b)[0] for b in bits], float_case)
        return
    rng = random.Random(0)
    for name, (texts, ask, form) in KINDS.items():
        cases = [form(text) for text in texts] + [form(mutated(rng, texts)) for _ in range(150)]
        if name == "queries":
            cases += RAW_QUERIES
        write(HERE, name, cases, ask)
    write(HERE, "floats", FLOATS, float_case)


main()
