#!/usr/bin/env python3.12
"""Ask CPython what it makes of JSON bodies.

    python3.12 generate.py > decode.jsonl          the cases that are committed
    python3.12 generate.py SEED COUNT > more.jsonl  as many others as you like

Every line is a case: the body (as text, or in hex when it is not UTF-8), and
either its repr() and the JSON that the renderer makes of it, or the error.
"""

import codecs
import io
import json
import math
import random
import re
import sys

BODIES = [
    # scalars
    "null", "true", "false", "0", "-0", "1", "-1", "007", "01", "-01", "1.0", "-0.0", "1.", ".5", "1.e5", "1e5", "1E+5",
    "1e-5", "1e", "1e+", "1.5e", "-", "--1", "+1", "- 1", "-a", "0x10", "1_000", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1e22", "1e16", "1e15", "123456789012345678",
    "1e-4", "1e-5", "0.0001", "0.00001", "0.1", "1e999", "-1e999", "1e-999", "5e-324", "1.7976931348623157e308",
    "100000000000000000000000", "3.141592653589793238462643383279", "NaN", "Infinity", "-Infinity", "-Inf", "Nan", "nul",
    "nulll", "truefalse", "True", "None", "nope", "[NaN]", '{"a": -Infinity}', "1" * 4300, "1" * 4301, "-" + "1" * 4301,
    "[" + "7" * 5000 + "]", "1" * 5000 + ".5", "0" * 5000,
    # empty and space
    "", " ", "\n", "\t\r\n ", " 1 ", "\n\n1\n\n", "1 2", "1,", "[1] ]", "{} {}", "\f1", "\v1", "\u00a01", "1\u2028", "\x001",
    "1\x00", "\ufeff1", "\ufeff", " \ufeff1",
    # arrays
    "[]", "[ ]", "[1]", "[1,2]", "[ 1 , 2 ]", "[", "[ ", "[1", "[1 ", "[1,", "[1, ", "[1,]", "[,1]", "[1 2]", "[1}", "]",
    "[[]]", "[[[[[[1]]]]]]", "[[", "[[]", '["a",]', "[null,true,false,0,\"\",{}]",
    # objects
    "{}", "{ }", "{", "{ ", '{"', '{"a', '{"a"', '{"a" ', '{"a":', '{"a": ', '{"a":1', '{"a":1 ', '{"a":1,', '{"a":1, ',
    '{"a":1,}', '{"a":1 "b":2}', '{"a" 1}', '{"a"=1}', "{a:1}", "{'a':1}", "{1:2}", "{null:1}", '{"a":}', '{"a":,}', '{,}',
    '{"a":1,,"b":2}', '{"a":1]', '{"a":1}}', "}", '{"a":1,"b":2,"a":3}', '{"a":{"b":{"c":[1,{"d":null}]}}}', '{"":""}',
    '{"a":1,\n"b":2,\n  c}', '{\n\t"é": 1,\n\t"日本": x}', '{"😀": 1, oops}', '{"a"\n:\n1\n,\n"b"\n:\n2\n}',
    # strings
    '""', '"', '"a', '"a\\', '"\\', '"a\nb"', '"a\tb"', '"\x00"', '"\x1f"', '"\x7f"', '"\\x"', '"\\a"', '"\\\'"', '"\\0"', '"\\U0041"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u0041"', '"\\u004"', '"\\u00g1"', '"\\u"', '"\\u1', '"\\u123', '"\\u1234', '"\\u12345', '"\\u12é4"',
    '"\\u+041"', '"\\u 041"', '"\\u00e9"', '"\\u00E9"', '"\\u0000"', '"\\u2028\\u2029"', '"\u2028\u2029"', '"\\u007f"', '"</script>&\'"', '"a/b"',
    '"\\ud83d\\ude00"', '"\\uD83D\\uDE00"', '"\\ud83d"', '"\\ude00"', '"\\ude00\\ud83d"', '"\\ud83d\\ud83d\\ude00"', '"\\ud83dx"', '"\\ud83d\\n"',
    '"\\ud83d\\u0041"', '"\\ud83d\\u12g4"', '"\\ud83d\\u12"', '"\\ud83d\\ude00', '"\\ud83d\\ude0', '"\\ud83d\\u', '"\\ud83d\\', '"\\ud83d',
    '"\\udbff\\udfff"', '"\\ud7ff\\ue000"', '{"\\ud800": "\\udfff"}', '["\\ud800", "\\ud800\\"quoted\\""]',
    '"it\'s"', '"say \\"it\'s\\""', '"say \\"so\\""', '"back\\\\slash"', '"\u00a0\u00ad\u200b\u202e\ufeff\ufffd\ufffe"', '"é日本😀\U000e0001\U0010ffff"',
    '"' + "x" * 100 + '"', '"' + "x" * 7 + '"', '"' + "x" * 8 + '\n"', '"' + "é" * 20 + '\\', '"' + "日" * 5 + "\x01" + '"',
    # what clients send
    '{"domain": "example.com"}', '{"target_email": "a@b.co", "level": 8, "message": null, "private_project_access": [{"id": 1, "level": "admin"}]}',
    '{"production": 1, "preview": "2", "development": 3.0}', "a=1&b=2", "<xml/>", "--boundary\r\n",
]

BYTES = [
    b'{"domain": "\xff"}', b'{"domain":"a\xff"}', b"\xff", b"\xfe\xff", b"\xff\xfe{\x00}\x00", b"\x80", b'"\xc3"', b'"\xc3', b'"\xc3\xa9', b'"\xe2\x82', b'"\xe2\x82"',
    b'"\xe2(\xa1"', b'"\xe2\x82("', b'"\xf0\x9f\x98', b'"\xf0\x9f\x98"', b'"\xf0\x9f"', b'"\xf0("', b'"\xed\xa0\x80"', b'"\xed\xa0', b'"\xed', b'"\xc0\xaf"', b'"\xc1"',
    b'"\xf5\x80"', b'"\xf4\x90\x80\x80"', b'"\xf4\x8f\xbf\xbf"', b'"\xe0\x80\x80"', b'"\xe0\x9f', b'"\xf0\x80', b"1\xc3", b"\xc3", b"[1]\xe2\x82", b"[\xe2\x82", b'"\xc3\xa9\xff"', b'"\xf8\x88\x80\x80\x80"',
    b'{"a": "\xe9t\xe9"}', b"\xef\xbb\xbf{}", b"\xef\xbb", b'"a\nb\xff"',
]


def strict_constant(name):
    raise ValueError("Out of range float values are not JSON compliant: " + repr(name))


def load(body):
    """What the framework's JSONParser does with a body."""
    return json.load(codecs.getreader("utf-8")(io.BytesIO(body)), parse_constant=strict_constant)


def finite(value):
    """The renderer cannot write an infinity; the fake writes null."""
    if isinstance(value, float) and math.isinf(value):
        return None
    if isinstance(value, list):
        return [finite(item) for item in value]
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return value


def render(value):
    """What the framework's JSONRenderer does, with U+FFFD for surrogates, which it cannot write."""
    text = json.dumps(finite(value), ensure_ascii=False, separators=(",", ":"))
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def case(body):
    try:
        known = {"body": body.decode()}
    except UnicodeDecodeError:
        known = {"hex": body.hex()}
    try:
        value = load(body)
    except ValueError as error:
        return known | {"error": str(error)}
    return known | {"repr": repr(value), "json": render(value)}


def mutated(rng, bodies):
    """A body with a few bytes cut, doubled, swapped or replaced."""
    body = bytearray(rng.choice([b for b in bodies if len(b) < 200]))
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(body))
        kind = rng.randrange(5)
        if kind == 0:
            del body[at : at + rng.randint(1, 4)]
        elif kind == 1:
            body[at:at] = body[at : at + rng.randint(1, 6)]
        elif kind == 2:
            body[at:at] = rng.choice(bodies)[:20]
        elif kind == 3:
            body[at : at + 1] = bytes([rng.choice(b'{}[]",:\\ue0123456789dDfF \n\t-+.xN')])
        else:
            body[at : at + rng.randint(0, 1)] = bytes([rng.randrange(256)])
    return bytes(body)


def main():
    bodies = [body.encode() for body in BODIES] + BYTES
    if len(sys.argv) == 3:
        rng, count = random.Random(int(sys.argv[1])), int(sys.argv[2])
        chosen = [mutated(rng, bodies) for _ in range(count)]
    else:
        rng = random.Random(0)
        chosen = bodies + [mutated(rng, bodies) for _ in range(400)]
    for body in dict.fromkeys(chosen):
        print(json.dumps(case(body)))


main()
