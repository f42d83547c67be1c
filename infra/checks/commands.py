"""Holds the commands of the papers and scripts against what the tools know.

    commands.py GCLOUD_COMPLETIONS      (gcloud's own list of its commands)
"""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ["docs/runbook.md", "docs/deploy.md", "docs/capacity.md", "infra/README.md"]
# the scripts that call gcloud, and what starts them
SCRIPTS = ["infra/deploy/*", "infra/variables.tf", "infra/pipeline.tf", "cloudbuild.yaml"]
# a word of a command, and where a command ends
WORD = re.compile(r"[a-z][a-z0-9-]*$")
END = re.compile(r"[|;&`)<>]|\$\(")


def files():
    yield from (ROOT / paper for paper in PAPERS)
    for pattern in SCRIPTS:
        yield from sorted(path for path in ROOT.glob(pattern) if path.is_file())


def commands(text, tool):
    """The words of each call of a tool; lines that go on count as one."""
    text = re.sub(r"\\\n\s*", " ", text)
    # in prose a command may be broken where a line ends
    text = re.sub(r"`[^`\n]+\n[^`\n]+`", lambda code: code.group().replace("\n", " "), text)
    for line in text.splitlines():
        if line.lstrip().startswith(("#", "//")):
            continue
        for call in re.finditer(rf"(?<![\w/.\"-]){tool} ", line):
            yield END.split(line[call.end() :])[0].split()


def unknown_to_gcloud(words, tree):
    node, flags, path = tree, set(tree.get("flags", {})), []
    for word in words:
        if not (node["commands"] and word in node["commands"]):
            break
        node = node["commands"][word]
        flags |= set(node.get("flags", {}))
        path.append(word)
    rest = words[len(path) :]
    if node["commands"]:
        # prose: "`gcloud` itself takes …" begins with no command
        return None if not path and not words[0].startswith("-") else f"no command {' '.join(words[:3])}"
    for word in rest:
        flag = word.split("=")[0].strip("'\"")
        if flag == "--":
            break  # what follows is another program's
        if flag.startswith("--") and flag not in flags and flag.replace("--no-", "--", 1) not in flags:
            return f"{' '.join(path)} has no {flag}"
    return ""


def unknown_to_terraform(words):
    words = [word for word in words if not word.startswith("-chdir")]
    if not words or not WORD.match(words[0]):
        return None
    help_text = subprocess.run(["terraform", words[0], "-help"], capture_output=True, text=True)
    said = help_text.stdout + help_text.stderr
    if "Usage: terraform" not in said or f"terraform [global options] {words[0]}" not in said:
        return None  # "a Terraform that …"
    # init takes what a plan takes, and apply too: each help names the other
    if words[0] == "apply":
        said += subprocess.run(["terraform", "plan", "-help"], capture_output=True, text=True).stdout
    for word in words[1:]:
        flag = word.split("=")[0].strip("'\"")
        if flag.startswith("-") and flag not in said:
            return f"terraform {words[0]} has no {flag}"
    return ""


def main(completions):
    tree = runpy.run_path(completions)["STATIC_COMPLETION_CLI_TREE"]
    has_terraform = shutil.which("terraform") is not None
    wrong, looked_at = [], 0
    for file in files():
        text = file.read_text(encoding="utf-8")
        found = [unknown_to_gcloud(words, tree) for words in commands(text, "gcloud") if words]
        if has_terraform:
            found += [unknown_to_terraform(words) for words in commands(text, "terraform") if words]
        looked_at += sum(one is not None for one in found)
        wrong += [f"{file.relative_to(ROOT)}: {one}" for one in found if one]
    if not has_terraform:
        print("commands: no Terraform, so its flags are not looked at", file=sys.stderr)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"commands: {looked_at} calls, {len(wrong)} with what the tool does not know")
    return 1 if wrong or looked_at < 40 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
