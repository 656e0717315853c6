"use strict";
(() => {
  const $ = (query, root = document) => root.querySelector(query);
  const $$ = (query, root = document) => [...root.querySelectorAll(query)];
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };

  // Sorting: the number in data-v, else the text of the cell.
  const collator = new Intl.Collator("en", { numeric: true });
  const valueOf = (cell) => {
    if (!cell) return "";
    if (cell.dataset.v !== undefined) return cell.dataset.v === "nan" ? NaN : parseFloat(cell.dataset.v);
    const text = cell.textContent.trim();
    const plain = text.replace(/[\u202f\s]/g, "").replace("\u2212", "-");
    return /^[+-]?\d+(\.\d+)?$/.test(plain) ? parseFloat(plain) : text;
  };
  for (const table of $$("table.sortable")) {
    $$("thead th", table).forEach((head, column) => {
      if (head.classList.contains("chart")) return;
      const button = make("button", head.textContent, "sort");
      button.type = "button";
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending" ||
          (!head.hasAttribute("aria-sort") && head.classList.contains("num"));
        $$("th", table).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row.cells[column]), row]);
        rows.sort(([a], [b]) => {
          if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
          const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
          return down ? -order : order;
        });
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  }

  // Filters: rows of a table or items of a list that hold every word.
  const filter = (id) => {
    const box = document.getElementById(id);
    const search = $(`[data-filter="${id}"]`);
    const choice = $(`[data-filterclass="${id}"]`);
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = box.tBodies ? [...box.tBodies[0].rows] : [...box.children];
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const fits = words.every((word) => text.includes(word)) &&
        (!choice || !choice.value || row.dataset.class === choice.value);
      row.hidden = !fits;
      shown += fits;
    }
    const count = $(`[data-count="${id}"]`);
    if (count) count.textContent = shown === rows.length ? `${shown} shown` : `${shown} of ${rows.length} shown`;
  };
  $$("[data-filter]").forEach((input) => {
    input.addEventListener("input", () => filter(input.dataset.filter));
    filter(input.dataset.filter);
  });

  // One choice of class for the chart and the table.
  const select = $("[data-filterclass]");
  const choose = (id) => {
    $$("[data-class]").filter((b) => b.tagName === "BUTTON").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.class === id));
    });
    $$("[data-group]").forEach((group) => { group.hidden = group.dataset.group !== id; });
    if (select) { select.value = id; filter(select.dataset.filterclass); }
  };
  const buttons = $$("button[data-class]");
  buttons.forEach((button) => button.addEventListener("click", () => choose(button.dataset.class)));
  if (buttons.length) choose(buttons[0].dataset.class);
  if (select) select.addEventListener("change", () => filter(select.dataset.filterclass));

  // A small box beside what was clicked: a source, or how to ask for a figure's tree.
  let pop = null;
  let opener = null;
  const close = (back) => {
    if (pop) pop.remove();
    pop = null;
    if (back && opener) opener.focus();
  };
  const open = (at, nodes) => {
    close();
    opener = at;
    pop = make("div", undefined, "pop");
    pop.setAttribute("role", "dialog");
    pop.setAttribute("aria-label", "Detail");
    pop.append(...nodes);
    const shut = make("button", "Close");
    shut.type = "button";
    shut.addEventListener("click", () => close(true));
    pop.append(shut);
    document.body.append(pop);
    const box = at.getBoundingClientRect();
    const left = Math.min(Math.max(12, box.left), innerWidth - pop.offsetWidth - 12);
    const below = box.bottom + pop.offsetHeight + 10 < innerHeight;
    pop.style.left = `${left + scrollX}px`;
    pop.style.top = `${(below ? box.bottom + 6 : Math.max(6, box.top - pop.offsetHeight - 6)) + scrollY}px`;
    shut.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(true); });
  document.addEventListener("click", (event) => {
    const reference = event.target.closest(".ref");
    const figure = event.target.closest(".fig, .why");
    if (reference && !event.metaKey && !event.ctrlKey) {
      const item = document.getElementById(`source-${reference.dataset.src}`);
      if (!item) return;
      event.preventDefault();
      const text = make("p");
      text.append(...[...item.childNodes].map((node) => node.cloneNode(true)));
      const jump = make("p");
      const link = make("a", "Show in the list of sources");
      link.href = reference.getAttribute("href");
      link.addEventListener("click", () => close());
      jump.append(link);
      open(reference, [make("b", `Source ${reference.dataset.src}`), text, jump]);
    } else if (figure) {
      const command = `torugart why ${figure.dataset.fig || figure.textContent}`;
      const text = make("p", "Formula, inputs, sources and rival values of this figure:");
      const line = make("p");
      line.append(make("code", command));
      open(figure, [text, line]);
    } else if (pop && !pop.contains(event.target)) close();
  });

  // A hint that takes no focus: what a mark of the record's map stands for, and the source of a milestone.
  const hints = make("div", undefined, "tip hint-tip");
  hints.id = "hint";
  hints.setAttribute("role", "tooltip");
  hints.hidden = true;
  let hinted = null;
  const unhint = () => {
    if (hinted) hinted.removeAttribute("aria-describedby");
    hinted = null;
    hints.hidden = true;
  };
  const hint = (at) => {
    unhint();
    hinted = at;
    at.setAttribute("aria-describedby", "hint");
    const item = document.getElementById(`source-${at.dataset.src}`);
    const said = item ? `Source [${at.dataset.src}] ${item.querySelector("span").textContent}` : "";
    const told = at.dataset.name ? [make("b", at.dataset.name), make("span", at.dataset.told)] : [];
    hints.replaceChildren(...told, make("small", said));
    hints.hidden = false;
    const box = at.getBoundingClientRect();
    const left = Math.max(12, Math.min(box.left, document.documentElement.clientWidth - hints.offsetWidth - 12));
    const below = box.bottom + hints.offsetHeight + 8 < innerHeight;
    hints.style.left = `${left + scrollX}px`;
    hints.style.top = `${(below ? box.bottom + 6 : Math.max(6, box.top - hints.offsetHeight - 6)) + scrollY}px`;
  };
  const recordMap = $("#recordmap");
  const marks = recordMap ? $$(".proj", recordMap) : [];
  const milestones = $$(".years .ref");
  if (marks.length || milestones.length) document.body.append(hints);
  for (const node of [...marks, ...milestones]) {
    $$("title", node).forEach((title) => title.remove());
    node.removeAttribute("title");
    node.addEventListener("focus", () => hint(node));
    node.addEventListener("blur", unhint);
    node.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") hint(node); });
    node.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") unhint(); });
  }
  // A finger is wider than a mark: a tap finds the nearest one within 24 pixels.
  if (recordMap) recordMap.addEventListener("click", (event) => {
    let best = null;
    let least = 24;
    for (const mark of marks) {
      const box = mark.getBoundingClientRect();
      const away = Math.hypot(box.left + box.width / 2 - event.clientX, box.top + box.height / 2 - event.clientY);
      if (away < least) { least = away; best = mark; }
    }
    if (best) hint(best);
    else unhint();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") unhint(); });
  document.addEventListener("click", (event) => {
    if (recordMap && !recordMap.contains(event.target) || event.target.closest(".ref")) unhint();
  });

  // The part of the page in view, marked in the contents.
  const links = new Map($$(".toc a").map((link) => [link.getAttribute("href").slice(1), link]));
  if ("IntersectionObserver" in window) {
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        links.forEach((link) => link.removeAttribute("aria-current"));
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-20% 0px -70% 0px" });
    $$("main > section").forEach((section) => watch.observe(section));
  }
  const contents = $(".toc details");
  if (contents && innerWidth < 760) contents.open = false;
  addEventListener("beforeprint", () => $$("details.reading").forEach((d) => { d.open = true; }));

  // The map.
  const data = JSON.parse($("#mapdata").textContent);
  const map = $("#themap");
  if (!data || !map) return;
  const frame = $("#mapframe");
  const tip = $("#maptip");
  const hit = $("#hit");
  const names = $$(".n", map).map((node) => [node, parseFloat(node.dataset.k)]);
  const off = new Set($$("[data-layer]").filter((box) => !box.checked).map((box) => box.dataset.layer));
  let view = { x: data.region[0], y: data.region[1], w: data.region[2], h: data.region[3] };
  let k = 1;
  const draw = () => {
    const box = map.getBoundingClientRect();
    // The view is fitted so that its shorter side fills the frame ("slice").
    k = Math.min(view.w / box.width, view.h / box.height) || 1;
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    map.style.setProperty("--k", k);
    for (const [node, finest] of names) node.toggleAttribute("hidden", k > finest * 1.03);
  };
  const show = (x, y, w) => {
    const box = map.getBoundingClientRect();
    const wide = Math.min(Math.max(w, 25), data.whole[2] * 1.5);
    view = { x, y, w: wide, h: wide * box.height / box.width };
    draw();
  };
  const around = (rect) => {
    const box = map.getBoundingClientRect();
    const wide = Math.max(rect[2], rect[3] * box.width / box.height);
    show(rect[0] + rect[2] / 2 - wide / 2, rect[1] + rect[3] / 2 - wide * box.height / box.width / 2, wide);
  };
  const zoom = (factor, px, py) => {
    const box = map.getBoundingClientRect();
    const fx = px === undefined ? 0.5 : (px - box.left) / box.width;
    const fy = py === undefined ? 0.5 : (py - box.top) / box.height;
    const wide = Math.min(Math.max(view.w * factor, 25), data.whole[2] * 1.5);
    const tall = wide * box.height / box.width;
    show(view.x + (view.w - wide) * fx, view.y + (view.h - tall) * fy, wide);
  };
  const shift = (dx, dy) => show(view.x + dx * view.w, view.y + dy * view.h, view.w);
  const moves = {
    in: () => zoom(0.6), out: () => zoom(1 / 0.6), left: () => shift(-0.2, 0), right: () => shift(0.2, 0),
    up: () => shift(0, -0.2), down: () => shift(0, 0.2),
    region: () => around(data.region), whole: () => around(data.whole),
  };
  $$("[data-map]").forEach((button) => button.addEventListener("click", () => moves[button.dataset.map]()));
  $$("[data-layer]").forEach((box) => box.addEventListener("change", () => {
    off[box.checked ? "delete" : "add"](box.dataset.layer);
    $$(`.layer.${box.dataset.layer}`, map).forEach((layer) => { layer.toggleAttribute("hidden", !box.checked); });
  }));

  const far = (px, py, ax, ay, bx, by) => {
    const dx = bx - ax, dy = by - ay;
    const share = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(px - ax - share * dx, py - ay - share * dy);
  };
  const nearest = (x, y) => {
    let best = null;
    let least = 9 * k;
    if (!off.has("gatemarks")) for (const gate of data.gates) {
      const away = Math.hypot(gate[0] - x, gate[1] - y);
      if (away < least) { least = away; best = { gate }; }
    }
    if (best && least < 6 * k) return best;
    for (const link of data.links) {
      if (off.has(link[2])) continue;
      const c = link[0];
      for (let i = 0; i + 3 < c.length; i += 2) {
        const away = far(x, y, c[i], c[i + 1], c[i + 2], c[i + 3]) - (link[2] === "project" ? 2 * k : 0);
        if (away < least) { least = away; best = { link }; }
      }
    }
    return best;
  };
  const tell = (event) => {
    const box = map.getBoundingClientRect();
    const found = nearest(view.x + (event.clientX - box.left) * k, view.y + (event.clientY - box.top) * k);
    tip.hidden = !found;
    if (!found) { hit.setAttribute("d", ""); return; }
    const { gate, link } = found;
    const [name, kind, before, after, change] = gate
      ? [gate[2], "Border gate", gate[3], gate[4], gate[5]]
      : [link[1], link[3] + (link[7 + 1] ? " (est.)" : ""), link[4], link[5], link[6]];
    const grid = make("div", undefined, "t");
    for (const [term, text] of [["Without", before], ["With", after], ["Change", change]]) {
      grid.append(make("span", term), make("span", `${text} Mt a year`));
    }
    tip.replaceChildren(make("b", name), make("span", kind), grid);
    if (link && link[7]) {
      const item = document.getElementById(`source-${link[7]}`);
      const said = item ? item.querySelector("b").textContent : "";
      tip.append(make("small", `Source [${link[7]}] ${said}`));
    }
    if (link) {
      let d = "";
      for (let i = 0; i < link[0].length; i += 2) d += `${i ? "L" : "M"}${link[0][i]} ${link[0][i + 1]}`;
      hit.setAttribute("d", d);
    } else hit.setAttribute("d", "");
    const out = frame.getBoundingClientRect();
    const x = event.clientX - out.left, y = event.clientY - out.top;
    tip.style.left = `${Math.max(4, Math.min(x + 14, out.width - tip.offsetWidth - 6))}px`;
    tip.style.top = `${y + tip.offsetHeight + 22 < out.height ? y + 16 : Math.max(4, y - tip.offsetHeight - 14)}px`;
  };

  // Mouse drags; one finger scrolls the page and taps tell, two fingers pan and pinch.
  const fingers = new Map();
  let last = null;
  const middle = () => {
    const points = [...fingers.values()];
    const x = points.reduce((sum, p) => sum + p.x, 0) / points.length;
    const y = points.reduce((sum, p) => sum + p.y, 0) / points.length;
    return { x, y, size: points.length > 1 ? Math.hypot(points[0].x - points[1].x, points[0].y - points[1].y) : 0 };
  };
  map.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    last = middle();
    if (event.pointerType === "mouse") { map.setPointerCapture(event.pointerId); map.classList.add("drag"); }
    else tell(event);
  });
  map.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) { if (event.pointerType === "mouse") tell(event); return; }
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = middle();
    if (event.pointerType !== "mouse" && Math.abs(now.y - last.y) > Math.abs(now.x - last.x) && fingers.size < 2) return;
    if (now.size && last.size) zoom(last.size / now.size, now.x, now.y);
    show(view.x - (now.x - last.x) * k, view.y - (now.y - last.y) * k, view.w);
    tip.hidden = true;
    last = now;
  });
  for (const kind of ["pointerup", "pointercancel"]) map.addEventListener(kind, (event) => {
    fingers.delete(event.pointerId);
    last = fingers.size ? middle() : null;
    map.classList.remove("drag");
  });
  map.addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });
  map.addEventListener("pointerleave", () => { if (!fingers.size) { tip.hidden = true; hit.setAttribute("d", ""); } });
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== map) return;
    event.preventDefault();
    zoom(Math.exp(event.deltaY * 0.002), event.clientX, event.clientY);
  }, { passive: false });
  map.addEventListener("dblclick", (event) => zoom(0.6, event.clientX, event.clientY));
  map.tabIndex = 0;
  map.addEventListener("keydown", (event) => {
    const move = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", 0: "region" }[event.key];
    if (move) { event.preventDefault(); moves[move](); }
  });
  addEventListener("resize", () => show(view.x, view.y, view.w));
  around(data.region);
})();
