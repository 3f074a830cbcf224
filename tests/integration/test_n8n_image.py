"""What n8n's Dockerfile installs, with its own words and the npm of the native stack."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from stack.build_n8n import n8n_tree, node_package, npm_env
from stack.build_python import odoo_venv

pytestmark = pytest.mark.integration
DOCKERFILE = Path(__file__).resolve().parents[2] / "stack" / "containers" / "n8n.Dockerfile"


def test_the_nodes_are_installed_without_a_registry(tmp_path: Path) -> None:
    tree = n8n_tree(odoo_venv())
    package = node_package(tree)
    assert package is not None
    [flags] = re.findall(r"npm install (.*) /tmp/n8n-nodes-gatehouse\.tgz", DOCKERFILE.read_text())
    nodes = tmp_path / "nodes"
    nodes.mkdir()
    words = [tree.node.node, tree.node.npm, "install", *flags.split(), package]
    env = {**npm_env(tree.node), "HOME": str(tmp_path)}  # nothing of an earlier download
    ran = subprocess.run(words, cwd=nodes, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    [installed] = [path.name for path in (nodes / "node_modules").iterdir() if not path.name.startswith(".")]
    assert installed == "n8n-nodes-gatehouse"
    assert (nodes / "node_modules" / installed / "dist" / "nodes").is_dir()
    # n8n writes this file where it is missing, which a read-only root would not let it
    assert (nodes / "package.json").is_file()
