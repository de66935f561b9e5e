"""The files of the repository corp-cli: their first state, and the edits that commits make."""

import json
from typing import Final

from _shared.dice import Dice

Tree = dict[str, bytes]
MODULES: Final = ("args", "auth", "cache", "config", "diff", "http", "prompt", "session", "stream", "terminal")
_NPMIGNORE = "src/\ntest/\n*.map\n*.ts\nbuild.config.mjs\n.github/\n"
_WORKFLOW = """\
name: release
on:
  push:
    tags: ["v*"]
permissions:
  contents: read
  id-token: write
jobs:
  build:
    runs-on: corp-linux
    steps:
      - uses: actions/checkout@v4
      - run: npm ci --ignore-scripts
      - run: npm run build
      - run: scripts/stage.sh s3://corp-builds/cli/
  publish:
    needs: build
    runs-on: corp-linux
    environment: npm
    steps:
      - run: scripts/publish.sh
"""


def first_tree() -> Tree:
    """Give the files of the first commit."""
    tree = {
        ".github/workflows/release.yml": _WORKFLOW.encode(),
        ".gitignore": b"node_modules/\ndist/\n",
        ".npmignore": _NPMIGNORE.encode(),
        "README.md": b"# corp-cli\n\nThe command line of corp.\n",
        "scripts/publish.sh": b"#!/bin/sh\nset -eu\nnpm publish --access public --provenance=false\n",
        "scripts/stage.sh": b'#!/bin/sh\nset -eu\ntar -czf cli.tgz dist\naws s3 cp cli.tgz "$1"\n',
    }
    for module in MODULES:
        tree[f"src/{module}.ts"] = f"// {module}\nexport const name = '{module}';\n".encode()
    set_package(tree, "2.1.84", files=True)
    set_build(tree, source_map=False, splitting=False)
    return tree


def set_package(tree: Tree, version: str, *, files: bool | None = None) -> None:
    """Write package.json; `files` says whether it lists what may be published, None leaves that as it is."""
    if files is None:
        files = b'"files"' in tree["package.json"]
    package: dict[str, object] = {"name": "@corp/cli", "version": version, "type": "module"}
    if files:
        package["files"] = ["dist/cli.mjs", "README.md"]
    package |= {
        "bin": {"corp": "dist/cli.mjs"},
        "scripts": {"build": "node build.config.mjs", "test": "node --test"},
        "engines": {"node": ">=20"},
    }
    tree["package.json"] = (json.dumps(package, indent=2) + "\n").encode()


def set_build(tree: Tree, *, source_map: bool, splitting: bool) -> None:
    """Write build.config.mjs."""
    tree["build.config.mjs"] = (
        "import { build } from './scripts/bundle.mjs';\n\nawait build({\n"
        "  entry: 'src/cli.ts',\n  outfile: 'dist/cli.mjs',\n"
        f"  minify: true,\n  splitting: {str(splitting).lower()},\n  sourcemap: {str(source_map).lower()},\n"
        "});\n"
    ).encode()


def drop_npmignore(tree: Tree) -> None:
    """Remove .npmignore."""
    tree.pop(".npmignore", None)


def restore_npmignore(tree: Tree) -> None:
    """Put .npmignore back as it was."""
    tree[".npmignore"] = _NPMIGNORE.encode()


def edit_module(tree: Tree, module: str, number: int, dice: Dice) -> None:
    """Change one module; now and then its test, too."""
    path = f"src/{module}.ts"
    lines = tree[path].decode().splitlines()
    if len(lines) > 24:
        del lines[2:8]
    limit = dice.between(2, 90)
    lines += [f"export function step{number}(input: string): string {{", f"  return input.slice(0, {limit});", "}"]
    tree[path] = ("\n".join(lines) + "\n").encode()
    if dice.chance(0.3):
        tree[f"test/{module}.test.ts"] = f"import {{ step{number} }} from '../src/{module}';\n".encode()
