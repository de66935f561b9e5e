"""Small complete sources of npm package metadata, of our own invention."""

from typing import Final

PUBLISHED: Final = rb"""{"_id":"@example/cli","_rev":"3-8a1f","name":"@example/cli","dist-tags":{"latest":"2.1.89"},
"versions":{
"2.1.87":{"name":"@example/cli","version":"2.1.87","deprecated":"please update","dist":{"shasum":"5d41402abc4b2a76b9719d911017c592ae4f1b3c","tarball":"https://registry.example.com/@example/cli/-/cli-2.1.87.tgz","fileCount":12,"unpackedSize":90112},"_npmUser":{"name":"ci-publisher","email":"ci@example.com"}},
"2.1.89":{"name":"@example/cli","version":"2.1.89","dist":{"shasum":"7d793037a0760186574b0282f2f435e7a1f0c2de","tarball":"https://registry.example.com/@example/cli/-/cli-2.1.89.tgz"},"_npmUser":{"email":"kim@example.com","trustedPublisher":{"id":"github","oidcConfigId":"oidc:0d2c7c1e"}}}},
"time":{"created":"2025-01-07T09:00:00.000Z","modified":"2026-03-31T23:40:12.802Z","2.1.87":"2026-03-12T10:00:00.120Z",
"2.1.88":"2026-03-30T22:36:48.424Z","2.1.89":"2026-03-31T23:40:12.117Z"},
"maintainers":[{"name":"kim","email":"kim@example.com"}],"readme":"# cli\n\"versions\": {\"9.9.9\": {}}"}
"""

UNPUBLISHED_PACKAGE: Final = rb"""{
  "_id": "left-example",
  "name": "left-example",
  "time": {
    "created": "2026-01-07T09:00:00.000Z",
    "modified": "2026-02-01T00:00:00.500Z",
    "0.0.1": "2026-01-07T09:00:00.000Z",
    "0.0.2": "2026-01-09T12:30:00.250Z",
    "unpublished": {
      "name": "kim",
      "tags": {"latest": "0.0.2"},
      "maintainers": [{"name": "kim", "email": "kim@example.com"}],
      "time": "2026-02-01T00:00:00.000Z",
      "versions": ["0.0.1", "0.0.2"]
    }
  }
}
"""

ABBREVIATED: Final = rb"""{"name":"lib-example","dist-tags":{"latest":"0.2.0"},"modified":"2026-01-01T00:00:00.000Z",
"versions":{"0.1.0":{"name":"lib-example","version":"0.1.0","dist":{"shasum":"d3486ae9136e7856bc42212385ea797094475802"}},
"0.2.0":{"name":"lib-example","version":"0.2.0","dist":{"shasum":"6adfb183a4a2c94a2f92dab5ade762a47889a5a1"}}}}
"""

LINES: Final = rb"""{"name":"one-example","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"one-example","version":"1.0.0","_npmUser":{"name":"dana"}}},"time":{"created":"2026-01-01T00:00:00.000Z","1.0.0":"2026-01-01T00:00:00.310Z"}}
{"name":"two-example","version":"0.2.0","dist-tags":{"latest":"0.2.0"},"versions":["0.1.0","0.2.0"],"time":{"created":"2026-01-02T00:00:00.000Z","0.1.0":"2026-01-02T00:00:00.310Z","0.2.0":"2026-01-03T00:00:00.310Z"}}
"""  # noqa: E501 - one document, one line
