"""The JSON Schema and the checker must judge the structure of a file alike.

    agreement.py LANG_TOOL

Judged by both: all cases of tests/lang, and mutations of the good ones, made from a fixed seed: 200, or
as many as DRYDOCK_MUTATIONS says. A disagreement is allowed only for the few mistakes that a schema cannot
express, listed below.
Leaves with 77 (skipped) where python3-jsonschema is missing.
"""
import copy
import glob
import json
import os
import random
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

MUTATIONS = int(os.environ.get("DRYDOCK_MUTATIONS", "200"))

# Refused by the checker, accepted by the schema, and why.
INEXPRESSIBLE = {
    "malformed-reference": "the form of references",
    "time": "the calendar",
}

WORDS = ["yes", "no", "x", "", "v17", "else", "server-2019", "5s", "4KiB", "${os}", "info: x", "nothing"]
VALUES = [0, 1, -1, 70000, True, None, [], {}, ["x"], [["x"]], {"x": "y"}, {"v17": "x"}, {"else": 1}]


def judge(tool, paths):
    out = subprocess.run([tool, "structure"] + paths, check=True, capture_output=True).stdout
    lines = out.decode("utf-8").split("\n")[:-1]
    assert len(lines) == len(paths), "one line per file"
    for path, line in zip(paths, lines):
        verdict, _, text = line.partition(" ")
        yield path, verdict, json.loads(text) if text else None


def places(value, found):
    """All containers of a tree with their keys."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return found
    for key, child in items:
        found.append((value, key))
        places(child, found)
    return found


def mutate(tree, random_, keys):
    tree = copy.deepcopy(tree)
    container, key = random_.choice(places(tree, []))
    kind = random_.randrange(5)
    if kind == 0:
        del container[key]
    elif kind == 1:
        container[key] = random_.choice(WORDS)
    elif kind == 2:
        container[key] = copy.deepcopy(random_.choice(VALUES))
    elif kind == 3 and isinstance(container, dict):
        container[random_.choice(keys)] = container.pop(key)
    elif isinstance(container, dict):
        container[random_.choice(keys)] = copy.deepcopy(random_.choice(VALUES + WORDS))
    else:
        container.insert(key, copy.deepcopy(container[key]))
    return tree


def has_a_branch_behind_else(value):
    """Keys have no order for a schema."""
    if isinstance(value, dict):
        keys = list(value)
        behind = "else" in keys and keys[-1] != "else"
        return behind or any(has_a_branch_behind_else(child) for child in value.values())
    return isinstance(value, list) and any(has_a_branch_behind_else(child) for child in value)


def main():
    tool = sys.argv[1]
    schema = json.loads(subprocess.run([tool, "schema"], check=True, capture_output=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failures = []
    good = []
    judged = 0

    paths = sorted(glob.glob("tests/lang/good/*/in.yaml") + glob.glob("tests/lang/good/*/parts/*.yaml")
                   + glob.glob("tests/lang/bad/*/*.yaml") + glob.glob("scenarios/**/*.yaml", recursive=True))
    for path, verdict, tree in judge(tool, paths):
        if verdict == "none":
            continue
        judged += 1
        accepted = validator.is_valid(tree)
        name = os.path.basename(os.path.dirname(path))
        if verdict == "good" and "/bad/" not in path:
            good.append(tree)
        excused = accepted and (name in INEXPRESSIBLE or has_a_branch_behind_else(tree))
        if accepted != (verdict == "good") and not excused:
            failures.append("%s: checker %s, schema %s" % (path, verdict, accepted))

    random_ = random.Random(20260101)
    keys = sorted({key for tree in good for container, key in places(tree, []) if isinstance(key, str)})
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i in range(MUTATIONS):
            paths.append(os.path.join(folder, "%04d.yaml" % i))
            with open(paths[-1], "w", encoding="utf-8") as file:
                json.dump(mutate(random_.choice(good), random_, keys), file, ensure_ascii=False)
        verdicts = {"good": 0, "bad": 0}
        for path, verdict, tree in judge(tool, paths):
            if verdict == "none":
                failures.append("%s: a mutation is no YAML" % path)
                continue
            judged += 1
            verdicts[verdict] += 1
            accepted = validator.is_valid(tree)
            if accepted and has_a_branch_behind_else(tree):
                continue
            if accepted != (verdict == "good"):
                failures.append("checker %s, schema %s: %s"
                                % (verdict, verdict != "good", json.dumps(tree, ensure_ascii=False)))
    print("%d files judged; mutations: %s; %d disagreements" % (judged, verdicts, len(failures)))
    for failure in failures[:20]:
        print(failure)
    if min(verdicts.values()) < MUTATIONS // 20:
        print("the mutations are all of one kind: nothing was tested")
        return 1
    return 1 if failures or judged < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
