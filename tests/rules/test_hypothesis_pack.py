"""Hypotheses of analysts: added to ours, named when wrong."""

from pathlib import Path

import pytest

from timeline.analysis.hypotheses import FINDINGS
from timeline.model.errors import CaseFileError
from timeline.rules.hypothesis_pack import extended_pack, own_hypothesis_pack

OWN = """hypotheses:
  vendor: access through a vendor
signals:
  - signal: vendor-login
    hypothesis: vendor
    speaks: for
    decides: true
    title: a login by the vendor
    query: kind:okta.system actor:*@vendor.example
    vantages: [okta.system]
"""
NAMES = frozenset(FINDINGS)


def test_an_analyst_adds_to_ours(tmp_path: Path) -> None:
    path = tmp_path / "hypotheses.yaml"
    path.write_text(OWN)
    pack = extended_pack(path, NAMES)
    ours = own_hypothesis_pack(NAMES)
    assert list(pack.hypotheses) == [*ours.hypotheses, "vendor"]
    assert pack.signals[:-1] == ours.signals
    path.write_text("signals:" + OWN.partition("signals:")[2].replace("hypothesis: vendor", "hypothesis: insider"))
    assert extended_pack(path, NAMES).signals[-1].hypothesis == "insider"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "vendor: access",
            "insider: access",
            "hypotheses.yaml:2: `hypotheses.insider` names a hypothesis that there is already",
        ),
        ("hypothesis: vendor", "hypothesis: nobody", "hypotheses.yaml:5: `signals[0].hypothesis` cannot be `nobody`"),
        ("query: kind", "quary: kind", "unknown key `quary`"),
        ("[okta.system]", "[okta]", "cannot be `okta`"),
        ("signal: vendor-login", "signal: burst-new-network", "has the signal burst-new-network twice"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "hypotheses.yaml"
    path.write_text(OWN.replace(old, new))
    with pytest.raises(CaseFileError) as error:
        extended_pack(path, NAMES)
    assert message in str(error.value)
