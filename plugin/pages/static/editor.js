// The policy editor: finding a fact, inserting a clause, going to a line, taking a file.
(() => {
  "use strict";

  const editor = () => document.getElementById("document");

  function select(area, start, end) {
    area.focus();
    area.setSelectionRange(start, end);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    const above = area.value.slice(0, start).split("\n").length - 1;
    area.scrollTop = Math.max(0, above * height - area.clientHeight / 2);
  }

  function goTo(number) {
    const area = editor();
    const lines = area.value.split("\n");
    const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    select(area, start, start + (lines[number - 1] ?? "").length);
  }

  // After the clause that the cursor is in; before all others when it is in none.
  function place(lines, cursor) {
    const head = lines.findIndex((line) => /^clauses:\s*(\[\s*\])?\s*(#.*)?$/.test(line));
    if (head === -1) return { at: lines.push("clauses:"), mark: "  - " };
    lines[head] = lines[head].replace(/\[\s*\]/, "").trimEnd();
    const next = lines.findIndex((line, at) => at > head && /^\w/.test(line));
    const end = next === -1 ? lines.length : next;
    const first = lines.slice(head + 1, end).find((line) => /^ *- /.test(line));
    const mark = first === undefined ? "  - " : /^ *- /.exec(first)[0];
    if (cursor <= head || cursor >= end) return { at: head + 1, mark };
    const below = lines.findIndex((line, at) => at > cursor && line.startsWith(mark));
    return { at: below === -1 ? end : Math.min(below, end), mark };
  }

  function insert(clause) {
    const area = editor();
    const lines = area.value.trimEnd().split("\n");
    const cursor = area.value.slice(0, area.selectionStart).split("\n").length - 1;
    const { at, mark } = place(lines, cursor);
    const indent = mark.slice(0, -2);
    const added = clause.trimEnd().split("\n").map((line) => indent + line.slice(2));
    lines.splice(at, 0, ...added);
    area.value = `${lines.join("\n")}\n`;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    goTo(at + 1);
  }

  function find(field) {
    const list = document.getElementById(field.dataset.find);
    const words = field.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const item of list.children) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    document.getElementById(`${list.id}-none`).textContent =
      shown === 0 ? "No fact is called or means that." : "";
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line], [data-insert]");
    if (button?.dataset.line) goTo(Number(button.dataset.line));
    else if (button) insert(button.dataset.insert);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-find]")) find(event.target);
  });
})();
