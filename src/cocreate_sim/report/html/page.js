"use strict";
document.querySelectorAll("table.sortable").forEach(function (table) {
  const heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
  heads.forEach(function (head, column) {
    head.querySelector("button").addEventListener("click", function () {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach(function (other) { other.setAttribute("aria-sort", "none"); });
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = Array.from(body.rows).map(function (row, place) { return [row, row.cells[column].dataset.by, place]; });
      rows.sort(function (a, b) {
        if (a[1] === "" || b[1] === "") { return (a[1] === "") - (b[1] === "") || a[2] - b[2]; }
        const x = Number(a[1]), y = Number(b[1]);
        const order = Number.isNaN(x) || Number.isNaN(y) ? a[1].localeCompare(b[1], document.documentElement.lang) : x - y;
        return (up ? order : -order) || a[2] - b[2];
      });
      rows.forEach(function (row) { body.appendChild(row[0]); });
    });
  });
});
