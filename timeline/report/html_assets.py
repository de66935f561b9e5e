"""Style and script of the HTML report. The script makes tables sortable, the report filterable, and the figure zoomable."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light; --ink: #1c2430; --dim: #5b6675; --line: #d9dee5; --tint: #f5f7fa; --accent: #0b5cad; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  display: grid; grid-template-columns: 15rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line);
  background: var(--tint); font-size: 13px; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .2rem 0; color: var(--ink); text-decoration: none; }
nav a:hover, nav a:focus { color: var(--accent); text-decoration: underline; }
nav input { width: 100%; margin-bottom: 1rem; padding: .4rem .5rem; border: 1px solid var(--line); border-radius: 4px;
  font: inherit; }
main { padding: 1.5rem 2rem 4rem; max-width: 76rem; min-width: 0; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .87em; }
code { background: var(--tint); padding: .05em .25em; border-radius: 3px; overflow-wrap: anywhere; }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 4px; padding: .7rem; overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { background: none; padding: 0; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0 1rem; font-size: 14px; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { min-width: 5.5rem; }
th { background: var(--tint); }
th[aria-sort] { cursor: pointer; }
th[aria-sort="ascending"]::after { content: " \\25B2"; }
th[aria-sort="descending"]::after { content: " \\25BC"; }
.figure { margin: 0; border: 1px solid var(--line); overflow: hidden; }
.figure svg { display: block; width: 100%; height: auto; }
.figure button { font: inherit; margin: .3rem 0 .3rem .3rem; }
.hidden { display: none; }
:target { background: #fff7d6; }
@media (max-width: 60rem) { body { display: block; } nav { position: static; height: auto; border: 0; } }
@media print { body { display: block; font-size: 10pt; } nav, button { display: none; }
  main { padding: 0; max-width: none; } h2, h3 { break-after: avoid; }
  li, tr, pre { break-inside: avoid; } a { color: inherit; text-decoration: none; } }
"""

SCRIPT: Final = """
"use strict";
(function () {
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function value(row, column) { var cell = row.cells[column]; return cell ? cell.textContent.trim() : ""; }
  function amount(text) { var plain = text.replace(/,/g, ""); return /^-?\\d+(\\.\\d+)?$/.test(plain) ? parseFloat(plain) : null; }
  all("main table").forEach(function (table) {
    var body = table.tBodies[0];
    if (!body || body.rows.length < 2) { return; }
    all("thead th", table).forEach(function (head, column, heads) {
      head.setAttribute("aria-sort", "none");
      head.tabIndex = 0;
      function sort() {
        var up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        all("tr", body).map(function (row, place) { return { row: row, place: place, text: value(row, column) }; })
          .sort(function (a, b) {
            var x = amount(a.text), y = amount(b.text);
            var order = x !== null && y !== null ? x - y : a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
            return (up ? order : -order) || a.place - b.place;
          }).forEach(function (item) { body.appendChild(item.row); });
      }
      head.addEventListener("click", sort);
      head.addEventListener("keydown", function (event) { if (event.key === "Enter") { sort(); } });
    });
  });
  var nav = document.querySelector("nav"), input = document.createElement("input");
  input.type = "search";
  input.placeholder = "Filter lines";
  input.setAttribute("aria-label", "Show only lines and rows that hold this text");
  nav.insertBefore(input, nav.firstChild);
  var lines = all("main > ul > li, main tbody tr");
  input.addEventListener("input", function () {
    var wanted = input.value.toLowerCase();
    lines.forEach(function (line) {
      line.classList.toggle("hidden", wanted !== "" && line.textContent.toLowerCase().indexOf(wanted) < 0);
    });
  });
  all("main > h2").forEach(function (head) {
    var pairs = [], node = head.nextElementSibling, end = null;
    for (; node && node.tagName !== "H2"; node = node.nextElementSibling) {
      if (node.tagName === "H3" && node.nextElementSibling && node.nextElementSibling.tagName === "UL") {
        pairs.push([node, node.nextElementSibling]);
        end = node.nextElementSibling.nextElementSibling;
      }
    }
    if (head.id !== "key-timeline" || !pairs.length) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "turn";
    button.textContent = "Latest first";
    button.addEventListener("click", function () {
      pairs.reverse().forEach(function (pair) {
        all(":scope > li", pair[1]).reverse().forEach(function (line) { pair[1].appendChild(line); });
        pair.forEach(function (part) { head.parentNode.insertBefore(part, end); });
      });
      button.textContent = button.textContent === "Latest first" ? "Earliest first" : "Latest first";
    });
    head.parentNode.insertBefore(button, pairs[0][0]);
  });
  all(".figure").forEach(function (figure) {
    var svg = figure.querySelector("svg");
    if (!svg || !svg.viewBox.baseVal) { return; }
    var box = svg.viewBox.baseVal, whole = [box.x, box.y, box.width, box.height], from = null;
    function show(view) { svg.setAttribute("viewBox", view.join(" ")); }
    function zoom(factor, x, y) {
      var now = svg.viewBox.baseVal, width = Math.min(whole[2], now.width * factor), height = width * whole[3] / whole[2];
      show([x - (x - now.x) * width / now.width, y - (y - now.y) * height / now.height, width, height]);
    }
    function middle() { var now = svg.viewBox.baseVal; return [now.x + now.width / 2, now.y + now.height / 2]; }
    [["+", 0.5], ["\\u2212", 2], ["whole", 0]].forEach(function (item) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = item[0];
      button.addEventListener("click", function () {
        if (item[1]) { var at = middle(); zoom(item[1], at[0], at[1]); } else { show(whole); }
      });
      figure.insertBefore(button, svg);
    });
    svg.addEventListener("pointerdown", function (event) {
      from = [event.clientX, event.clientY];
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointerup", function () { from = null; });
    svg.addEventListener("pointermove", function (event) {
      if (!from) { return; }
      var now = svg.viewBox.baseVal, scale = now.width / svg.clientWidth;
      show([now.x - (event.clientX - from[0]) * scale, now.y - (event.clientY - from[1]) * scale, now.width, now.height]);
      from = [event.clientX, event.clientY];
    });
  });
})();
"""
